import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runNode } from './lib/run.mjs';
import { keepResult, restoreResult, resultKey } from './lib/kept-results.mjs';
import { runProgram, usageError } from './lib/program.mjs';
import { StepError, StepPrinter } from './lib/step-printer.mjs';
import { clearCounts, readCounts } from './lib/test-counts.mjs';
import { contentDigest, readProjects, ROOT } from './lib/workspace.mjs';
import { checkOutside } from './outside-check.mjs';
import { checkPublishing } from './publish-check.mjs';
import { checkRepository } from './repo-check.mjs';

const HELP = `Checks everything: format, lint, types, repository rules, unit and contract tests, tests on a real
server, publishing, the packages outside of the workspace. Goes through all of it, then reports. Run setup.mjs first, or use \`npm test\`, which does.

  node tools/workspace/check.mjs [options]

  --only a,b   only these steps: format, lint, types, repository, unit, e2e, publishing, outside, long
  --skip a,b   all but these, and but long
  --help       this text

The last line is \`N passed, N failed\`: the tests of all suites, and one failure for each step without tests that
failed. Exit codes: 0 all passed, 1 something failed, 2 wrong option.
`;

/** @typedef {{ passed: number, failed: number, remark: string, details?: string[] }} StepResult */

const MAX_DETAIL_LINES = 120;
const E2E_TIMEOUT_MS = 600_000;
/** Suites of more than a minute: not part of `npm test`, but of `npm run test:long`. */
const LONG_SUITES = '.long.e2e.test.ts';
const LONG_TIMEOUT_MS = 3_600_000;
const REPORTER = 'tools/workspace/vitest/count-reporter.mjs';

/** @type {Record<string, { title: string, work: (note: (text: string) => void) => Promise<StepResult> }>} */
const STEPS = {
  format: { title: 'format', work: checkFormat },
  lint: { title: 'lint', work: lint },
  types: { title: 'types', work: checkTypes },
  repository: { title: 'repository', work: checkRules },
  unit: { title: 'unit tests', work: runUnitTests },
  e2e: { title: 'real server', work: runServerTests },
  publishing: { title: 'publishing', work: checkPackages },
  outside: { title: 'outside', work: checkAsStranger },
  long: { title: 'long suites', work: runLongTests },
};

/** @returns {Promise<StepResult>} */
async function checkFormat() {
  const { exitCode, output } = await runNode('prettier/bin/prettier.cjs', [
    ...['--check', '.', '--log-level', 'warn', '--cache', '--cache-location', '.cache/prettier'],
  ]);
  return plainResult(exitCode, output, 'prettier agrees', 'run `npm run format`');
}

/** @returns {Promise<StepResult>} */
async function lint() {
  // Rules look at other files than the one they lint: what those are made of names the cache.
  const projects = readProjects().flatMap(({ folder }) => [
    `${folder}/package.json`,
    `${folder}/tsconfig.lib.json`,
  ]);
  const rules = readdirSync(join(ROOT, 'tools/workspace/eslint'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => `tools/workspace/eslint/${name}`)
    .sort();
  const key = contentDigest([
    'eslint.config.mjs',
    'package-lock.json',
    'tsconfig.base.json',
    ...projects,
    ...rules,
  ]);
  const { exitCode, output } = await runNode('eslint/bin/eslint.js', [
    ...['.', '--max-warnings', '0', '--cache', '--cache-strategy', 'content'],
    ...['--cache-location', `.cache/eslint/${key}`],
  ]);
  return plainResult(exitCode, output, 'no findings', 'run `npm run lint -- --fix`');
}

/** @returns {Promise<StepResult>} */
async function checkTypes() {
  const args = ['--build', 'tsconfig.json', '--pretty', 'false'];
  const { exitCode, output } = await runNode('typescript/lib/tsc.js', args);
  return plainResult(exitCode, output, 'no errors', 'see below');
}

/** @returns {Promise<StepResult>} */
async function checkRules() {
  const { rules, problems } = await checkRepository();
  if (problems.length === 0) return { passed: 0, failed: 0, remark: `${rules} rules hold` };
  return { passed: 0, failed: 1, remark: `${problems.length} problems`, details: problems };
}

/** @returns {Promise<StepResult>} */
async function runUnitTests() {
  const folders = readProjects()
    .map(({ folder }) => folder)
    .filter((folder) =>
      ['ts', 'mjs'].some((ending) => existsSync(join(ROOT, folder, `vitest.config.${ending}`))),
    );
  clearCounts(folders, 'unit');
  // The path is the same for every package, all of which lie two folders deep: Nx hashes these arguments.
  const { exitCode, output } = await runNode('nx/dist/bin/nx.js', [
    ...['run-many', '-t', 'test', '--skip-sync', '--parallel=2', '--outputStyle=static', '--'],
    ...['--run', '--reporter=default', `--reporter=../../${REPORTER}`],
  ]);
  return testResult(readCounts(folders, 'unit'), exitCode, output);
}

/**
 * Tests on a real server take real time. Where nothing has changed since they passed, their results stand.
 *
 * @param {(text: string) => void} note
 * @returns {Promise<StepResult>}
 */
async function runServerTests(note) {
  const folders = readProjects()
    .map(({ folder }) => folder)
    .filter((folder) => existsSync(join(ROOT, folder, 'vitest.e2e.config.ts')));
  clearCounts(folders, 'e2e');
  const key = resultKey();
  const waiting = folders.filter((folder) => !restoreResult(folder, key));
  const kept = folders.length - waiting.length;
  const { exitCode, output } = await runVitest('e2e', waiting, note, {
    args: ['--exclude', `**/*${LONG_SUITES}`],
    // Most of their time is waiting for speech to be played.
    parallel: 2,
    timeoutMs: E2E_TIMEOUT_MS,
    onEnd: (folder, hasPassed) => keepResult(folder, key, hasPassed),
  });
  const result = testResult(readCounts(folders, 'e2e'), exitCode, output);
  return kept === 0
    ? result
    : { ...result, remark: `${result.remark} (${kept} of ${folders.length} packages unchanged)` };
}

/**
 * One package after the other: what takes so long measures what others would disturb.
 *
 * @param {(text: string) => void} note
 * @returns {Promise<StepResult>}
 */
async function runLongTests(note) {
  const folders = readProjects()
    .map(({ folder }) => folder)
    .filter((folder) => existsSync(join(ROOT, folder, 'src')))
    .filter((folder) =>
      readdirSync(join(ROOT, folder, 'src'), { recursive: true, encoding: 'utf8' }).some((name) =>
        name.endsWith(LONG_SUITES),
      ),
    );
  clearCounts(folders, 'long');
  const options = { args: [LONG_SUITES], parallel: 1, timeoutMs: LONG_TIMEOUT_MS };
  const { exitCode, output } = await runVitest('long', folders, note, options);
  return testResult(readCounts(folders, 'long'), exitCode, output);
}

/**
 * Runs tests on a real server, package by package.
 *
 * @param {string} suite
 * @param {readonly string[]} folders
 * @param {(text: string) => void} note
 * @param {{ args: string[], parallel: number, timeoutMs: number, onEnd?: (folder: string, hasPassed: boolean) => void }} options
 */
async function runVitest(suite, folders, note, { args, parallel, timeoutMs, onEnd }) {
  const waiting = [...folders];
  const failed = { exitCode: 0, output: '' };
  const reporters = ['--reporter=default', `--reporter=${join(ROOT, REPORTER)}`];
  const runNext = async () => {
    for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
      note(`${folder} (${waiting.length} more)`);
      const command = ['run', ...args, '-c', 'vitest.e2e.config.ts', ...reporters];
      const options = { cwd: join(ROOT, folder), env: { ELOQUENCE_SUITE: suite }, timeoutMs };
      const { exitCode, output } = await runNode('vitest/vitest.mjs', command, options);
      onEnd?.(folder, exitCode === 0);
      if (exitCode === 0) continue;
      failed.exitCode = exitCode;
      failed.output += output;
    }
  };
  await Promise.all(Array.from({ length: parallel }, runNext));
  return failed;
}

/**
 * @param {(text: string) => void} note
 * @returns {Promise<StepResult>}
 */
async function checkPackages(note) {
  const { problems, remark } = await checkPublishing({ note });
  if (problems.length === 0) return { passed: 0, failed: 0, remark };
  return { passed: 0, failed: 1, remark: `${problems.length} problems`, details: problems };
}

/**
 * @param {(text: string) => void} note
 * @returns {Promise<StepResult>}
 */
async function checkAsStranger(note) {
  try {
    const { remark } = await checkOutside({ hasServer: true, note });
    return { passed: 0, failed: 0, remark };
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return { passed: 0, failed: 1, remark: 'failed', details: cleanLines(error.message) };
  }
}

/**
 * @param {number} exitCode
 * @param {string} output
 * @param {string} success
 * @param {string} advice
 * @returns {StepResult}
 */
function plainResult(exitCode, output, success, advice) {
  if (exitCode === 0) return { passed: 0, failed: 0, remark: success };
  return { passed: 0, failed: 1, remark: `failed: ${advice}`, details: cleanLines(output) };
}

/**
 * @param {import('./lib/test-counts.mjs').TestCounts} counts
 * @param {number} exitCode
 * @param {string} output
 * @returns {StepResult}
 */
function testResult({ passed, failed, skipped, failures, hasAborted }, exitCode, output) {
  const remark = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  if (exitCode === 0 && failed === 0) return { passed, failed, remark };
  // The failures carry their messages; the whole output is of use only where a run did not get to its end.
  const names = failures.flatMap((name) => `✗ ${name}`.split('\n'));
  if (failed > 0)
    return { passed, failed, remark, details: hasAborted ? [...cleanLines(output), '', ...names] : names };
  // No test has failed and yet the run has: for instance a worker that crashed.
  return { passed, failed: 1, remark: `${remark}, exit code ${exitCode}`, details: cleanLines(output) };
}

/** @param {string} output */
function cleanLines(output) {
  const lines = output.split('\n').filter((line) => !line.startsWith('npm warn'));
  return lines.length <= MAX_DETAIL_LINES
    ? lines
    : [`(${lines.length - MAX_DETAIL_LINES} lines left out)`, ...lines.slice(-MAX_DETAIL_LINES)];
}

/** @param {string[]} names */
async function runSteps(names) {
  const printer = new StepPrinter();
  const startedMs = performance.now();
  /** @type {{ title: string, seconds: number, result: StepResult }[]} */
  const rows = [];
  for (const name of names) {
    const { title, work } = /** @type {(typeof STEPS)[string]} */ (STEPS[name]);
    const stepMs = performance.now();
    /** @type {StepResult} */
    let result = { passed: 0, failed: 1, remark: 'did not run' };
    await printer
      .step(title, async (note) => {
        result = await work(note);
        if (result.failed > 0) throw new StepError([result.remark, ...(result.details ?? [])].join('\n'));
        return result.remark;
      })
      .catch((error) => {
        if (error instanceof StepError) return;
        result = { passed: 0, failed: 1, remark: String(error) };
      });
    rows.push({ title, seconds: (performance.now() - stepMs) / 1000, result });
  }
  return { rows, seconds: (performance.now() - startedMs) / 1000 };
}

/** @param {Awaited<ReturnType<typeof runSteps>>} outcome */
function printSummary({ rows, seconds }) {
  const passed = rows.reduce((sum, { result }) => sum + result.passed, 0);
  const failed = rows.reduce((sum, { result }) => sum + result.failed, 0);
  const lines = rows.map(({ title, seconds: taken, result: { failed: count, remark } }) => {
    const time = `${taken.toFixed(1)} s`.padStart(8);
    return `   ${count > 0 ? '✗' : '✓'} ${title.padEnd(14)} ${time}  ${remark}`;
  });
  process.stdout.write(
    `\n${lines.join('\n')}\n     ${'together'.padEnd(14)} ${`${seconds.toFixed(1)} s`.padStart(8)}\n`,
  );
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

await runProgram(import.meta.url, HELP, { only: 'string', skip: 'string' }, async ({ only, skip }) => {
  const all = Object.keys(STEPS);
  const [wanted, unwanted] = [only, skip].map((/** @type {string | undefined} */ list) => list?.split(','));
  const wrong = [...(wanted ?? []), ...(unwanted ?? [])].find((name) => !all.includes(name));
  if (wrong !== undefined) throw usageError(`There is no step ${wrong}: use ${all.join(', ')}.`);
  const names = all.filter((name) => wanted?.includes(name) ?? name !== 'long');
  return printSummary(await runSteps(names.filter((name) => unwanted?.includes(name) !== true)));
});
