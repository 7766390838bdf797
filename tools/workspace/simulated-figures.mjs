import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runProgram, usageError } from './lib/program.mjs';
import { ROOT } from './lib/workspace.mjs';

const HELP = `Runs the simulated suites with fixed seeds and compares every figure with a committed run. On virtual time the same
code gives the same figures to the last digit, so that a change of structure is seen to change no behaviour.

  node tools/workspace/simulated-figures.mjs [options]

  --against FILE  compare with this run (default docs/benchmarks/results/simulated-before.json)
  --write FILE    keep the run in this file instead of comparing it
  --only a,b      only these suites: links, steps, mixed, failover
  --markdown      print the comparison as a Markdown table
  --help          this text

Needs a build. Exit codes: 0 equal, 1 something differs or a suite failed, 2 wrong option.
`;

/** Small enough for two minutes together, large enough that every rule of the control loop decides something. */
const SUITES = {
  links: ['links', '--count', '60'],
  steps: ['steps', '--count', '20'],
  mixed: ['mixed'],
  failover: ['failover', '--count', '1'],
};
const DEFAULT_FILE = 'docs/benchmarks/results/simulated-before.json';
const TIMEOUT_MS = 900_000;

/** @typedef {{ name: string, unit: string, value: number | null, low?: number, high?: number, n?: number }} Figure */

/** @param {string} suite @returns {Promise<Figure[]>} */
function measure(suite) {
  const args = SUITES[/** @type {keyof typeof SUITES} */ (suite)];
  const command = ['apps/bench/dist/main.js', ...args, '--simulated', '--seed', '1', '--json'];
  return new Promise((resolve, reject) => {
    const options = { cwd: ROOT, timeout: TIMEOUT_MS, maxBuffer: 64 << 20 };
    execFile(process.execPath, command, options, (_error, stdout, stderr) => {
      // Exit code 1 only says that a target was missed.
      try {
        resolve(JSON.parse(stdout).results);
      } catch {
        reject(new Error(`The suite ${suite} printed no report:\n${stderr.slice(-2000)}`));
      }
    });
  });
}

/** @param {string[]} suites */
async function measureAll(suites) {
  /** @type {Record<string, Figure[]>} */
  const all = {};
  const waiting = [...suites];
  const next = async () => {
    for (let suite = waiting.shift(); suite !== undefined; suite = waiting.shift()) {
      const startedMs = performance.now();
      all[suite] = await measure(suite);
      process.stderr.write(
        `  ${suite.padEnd(10)} ${((performance.now() - startedMs) / 1000).toFixed(0).padStart(4)} s\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, next));
  return Object.fromEntries(suites.map((suite) => [suite, all[suite] ?? []]));
}

/** @param {Record<string, Figure[]>} before @param {Record<string, Figure[]>} after */
function compare(before, after) {
  return Object.keys(after).flatMap((suite) => {
    const old = new Map((before[suite] ?? []).map((figure) => [figure.name, figure]));
    const now = new Map((after[suite] ?? []).map((figure) => [figure.name, figure]));
    return [...new Set([...old.keys(), ...now.keys()])].map((name) => {
      const [a, b] = [old.get(name)?.value, now.get(name)?.value];
      return {
        suite,
        name,
        unit: (now.get(name) ?? old.get(name))?.unit ?? '',
        before: a,
        after: b,
        isSame: a === b,
      };
    });
  });
}

/** @param {ReturnType<typeof compare>} rows @param {boolean} isMarkdown */
function print(rows, isMarkdown) {
  const text = (/** @type {number | null | undefined} */ value) =>
    value === undefined || value === null ? '–' : String(value);
  const different = rows.filter(({ isSame }) => !isSame);
  if (isMarkdown) {
    process.stdout.write('| suite | figures | equal |\n| --- | ---: | ---: |\n');
    for (const suite of new Set(rows.map((row) => row.suite))) {
      const own = rows.filter((row) => row.suite === suite);
      process.stdout.write(`| ${suite} | ${own.length} | ${own.filter(({ isSame }) => isSame).length} |\n`);
    }
    process.stdout.write('\n| suite | figure | before | after |\n| --- | --- | ---: | ---: |\n');
    for (const row of different)
      process.stdout.write(
        `| ${row.suite} | ${row.name} | ${text(row.before)} ${row.unit} | ${text(row.after)} ${row.unit} |\n`,
      );
  } else {
    for (const row of different)
      process.stdout.write(
        `  ${row.suite.padEnd(9)} ${row.name.padEnd(60)} ${text(row.before).padStart(10)} → ${text(row.after)} ${row.unit}\n`,
      );
  }
  process.stdout.write(`${isMarkdown ? '\n' : ''}${rows.length} figures, ${different.length} differ\n`);
  return different.length === 0 ? 0 : 1;
}

const OPTIONS = /** @type {const} */ ({
  against: 'string',
  write: 'string',
  only: 'string',
  markdown: 'boolean',
});

await runProgram(
  import.meta.url,
  HELP,
  OPTIONS,
  async ({ against = DEFAULT_FILE, write, only, markdown }) => {
    /** @type {string[]} */
    const suites = only?.split(',') ?? Object.keys(SUITES);
    const wrong = suites.find((suite) => !Object.hasOwn(SUITES, suite));
    if (wrong !== undefined) throw usageError(`There is no suite '${wrong}'.`);
    const after = await measureAll(suites);
    if (write === undefined)
      return print(compare(JSON.parse(readFileSync(join(ROOT, against), 'utf8')), after), markdown === true);
    const kept = Object.entries(after).map(([suite, figures]) => [
      suite,
      figures.map(({ name, unit, value, n = 0 }) => ({ name, unit, value, n })),
    ]);
    writeFileSync(write, `${JSON.stringify(Object.fromEntries(kept))}\n`);
    return 0;
  },
);
