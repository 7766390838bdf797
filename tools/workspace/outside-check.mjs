import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepPassed, packAll, packDigest, readPassed } from './lib/pack.mjs';
import { runProgram } from './lib/program.mjs';
import { StepError, StepPrinter } from './lib/step-printer.mjs';
import { ROOT } from './lib/workspace.mjs';
import { checkControl, checkSpoken } from './outside/check-spoken.mjs';
import { readGuide, syncTutorials, TUTORIALS } from './outside/guide.mjs';
import { findOtherNode } from './outside/other-node.mjs';
import { OutsideApplication } from './outside/outside-application.mjs';

const HELP = `Uses the packages as a stranger does: packs them, installs the tarballs in an empty folder outside of the
workspace, generates a plugin of every kind, builds, lints and tests each, runs the code of docs/plugins, and speaks through four.
Imports, tests and speaks in the other one of Node 20 and 22, too.

  node tools/workspace/outside-check.mjs [options]

  --no-server   a simulated room only
  --force       check even if nothing has changed since it passed
  --keep        leave the folder for inspection
  --help        this text

The packages must be built (setup.mjs). Exit codes: 0 all is well, 1 something is not, 2 wrong option.
`;

/** What the result depends on beside the packages. */
const PROGRAMS = [
  'outside-check.mjs',
  'outside/outside-application.mjs',
  'outside/outside-lock.mjs',
  'outside/speak.mjs',
  'outside/control.mjs',
  'outside/rooms.mjs',
  'outside/check-spoken.mjs',
  'outside/imports.mjs',
  'outside/other-node.mjs',
  'outside/guide.mjs',
]
  .map((name) => `tools/workspace/${name}`)
  .concat(readdirSync(join(ROOT, 'docs/plugins')).map((name) => `docs/plugins/${name}`));

/** How short plugins are; no limit for the others. @type {Record<string, number>} */
const MAX_OWN_LINES = { mulaw: 40, 'fixed-rate': 40, 'two-frames': 40, diary: 40, metered: 25 };

/** The plugins that are generated. */
const PLUGINS = Object.values(TUTORIALS);

/**
 * @param {{ hasServer: boolean, isForced?: boolean, isKept?: boolean, note?: (text: string) => void }} options
 * @returns {Promise<{ checks: number, remark: string }>}
 */
export async function checkOutside({ hasServer, isForced = false, isKept = false, note = () => undefined }) {
  const folder = mkdtempSync(join(tmpdir(), 'eloquence-outside-'));
  let checks = 0;
  /** @param {boolean} isTrue @param {string} what */
  const assert = (isTrue, what) => {
    if (!isTrue) throw new StepError(what);
    checks++;
  };
  try {
    const application = new OutsideApplication(join(folder, 'application'));
    note('packing');
    const packages = await packAll(join(folder, 'packed'));
    const digest = packDigest(packages, PROGRAMS);
    const kept = isForced ? undefined : readPassed('outside', digest);
    if (kept !== undefined) return { checks, remark: `${kept} (unchanged)` };
    note('installing the tarballs');
    await application.install(packages);

    note('generating plugins');
    for (const { name, kind } of PLUGINS) {
      await application.createPlugin(name, kind);
      const maxLines = MAX_OWN_LINES[name];
      if (maxLines === undefined) continue;
      const lines = ownLines(application, name, kind);
      assert(lines <= maxLines, `${name} has ${lines} lines of its own, more than ${maxLines}.`);
    }
    const outdated = await syncTutorials({ isUpdate: false });
    const advice = 'run node tools/workspace/outside/guide.mjs';
    assert(outdated.length === 0, `${outdated.join(', ')} show other code than is generated: ${advice}`);

    let done = 0;
    await forEachParallel(PLUGINS, async ({ name }) => {
      await application.build(name);
      const passed = await application.test(name);
      assert(passed >= 10, `Only ${passed} rules of a kit ran for ${name}.`);
      checks += passed;
      note(`contract kits: ${++done} of ${PLUGINS.length} plugins`);
    });
    note('lint');
    await application.lint(PLUGINS.map(({ name }) => name));

    note('the guide');
    checks += await application.runGuide(readGuide().filter(({ path }) => path.startsWith('examples/')));

    note('a configuration in TypeScript');
    await checkTypeScript(application, process.version, assert);

    // What its author would do: the profile uses the two others.
    application.edit('fixed-rate/src/fixed-rate-profile.ts', (text) =>
      text
        .replace(`codecId: 'opus', bitrateBps: 24_000`, `codecId: 'mulaw', bitrateBps: 192_000`)
        .replace(`batcherId: 'deadline'`, `batcherId: 'two-frames'`),
    );
    await application.build('fixed-rate');
    checks += await application.test('fixed-rate');

    const rooms = [];
    for (const room of hasServer ? ['simulated', 'livekit'] : ['simulated']) {
      note(`speaking, ${room} room`);
      const cache = join(ROOT, '.cache', 'livekit');
      const options = ['--room', room, ...(existsSync(cache) ? ['--cache', cache] : [])];
      const result = await application.speak('speak.mjs', options);
      if (result.missing !== undefined) {
        // Set-up has said so already; where results are to be relied on, it is an error.
        if (isReliedOn()) throw new StepError(result.missing);
        continue;
      }
      checkSpoken(result, assert);
      note(`rules and policies, ${room} room`);
      checkControl(await application.speak('control.mjs', options), assert);
      rooms.push(room);
    }
    const other = await checkUnderOtherNode(application, packages, { assert, note });
    checks += other.passed;
    const remark = `${packages.length} packages, ${PLUGINS.length} plugins, spoken in rooms: ${rooms.join(', ')}; ${other.remark}`;
    // A machine may have a server the next time, or the other Node.
    if (rooms.length === 2 && !other.isSkipped) keepPassed('outside', digest, `${checks} checks: ${remark}`);
    return { checks, remark: `${checks} checks: ${remark}` };
  } finally {
    if (isKept) process.stdout.write(`${folder}\n`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Imports every package, runs the kits of the plugins and speaks once, in the other Node. Everything is built already:
 * what a compiler or a linter says does not depend on it.
 *
 * @param {OutsideApplication} application
 * @param {readonly import('./lib/pack.mjs').PackedPackage[]} packages
 * @param {{ assert: (isTrue: boolean, what: string) => void, note: (text: string) => void }} tools
 * @returns {Promise<{ passed: number, remark: string, isSkipped: boolean }>}
 */
async function checkUnderOtherNode(application, packages, { assert, note }) {
  note('looking for the other Node');
  const node = await findOtherNode();
  if ('missing' in node) {
    if (isReliedOn()) throw new StepError(`The other Node is missing: ${node.missing}`);
    return { passed: 0, remark: `SKIPPED the other Node: ${node.missing}`, isSkipped: true };
  }
  note(`imports, kits and speech under ${node.version}`);
  const elsewhere = application.under(node.path);
  const imported = await elsewhere.importAll(packages.flatMap(modulesOf));
  const tested = await elsewhere.testAll(PLUGINS.map(({ name }) => name));
  assert(tested >= 10 * PLUGINS.length, `Only ${tested} rules of the kits ran under ${node.version}.`);
  await checkTypeScript(elsewhere, node.version, assert);
  checkSpoken(await elsewhere.speak('speak.mjs', ['--room', 'simulated']), assert);
  return { passed: imported + tested, remark: `also under ${node.version}`, isSkipped: false };
}

/**
 * A configuration in TypeScript is loaded by a Node that can, and refused with advice by one that cannot.
 *
 * @param {OutsideApplication} application
 * @param {string} version of Node
 * @param {(isTrue: boolean, what: string) => void} assert
 */
async function checkTypeScript(application, version, assert) {
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  const { exitCode, output } = await application.listWithTypeScript('hum');
  const isRight =
    major > 22 || (major === 22 && minor >= 18)
      ? exitCode === 0 && /^hum +disabled /m.test(output)
      : exitCode === 1 && output.includes(`(${version}) cannot load TypeScript`) && output.includes('hint: ');
  assert(isRight, `With a configuration in TypeScript, Node ${version} says (${exitCode}):\n${output}`);
}

/**
 * @param {import('./lib/pack.mjs').PackedPackage} packed its modules for Node: what is named `.js` is for pages, and
 *   `worker` runs in a thread of its own
 */
function modulesOf({ name, manifest }) {
  return Object.keys(manifest['exports'])
    .filter((path) => !/\.js(on)?$|\/worker$/.test(path))
    .map((path) => `${name}${path.slice(1)}`);
}

/** Where results are to be relied on, what cannot be checked is an error. */
function isReliedOn() {
  return !['', '0', 'false'].includes(process.env['CI'] ?? '');
}

/** @param {OutsideApplication} application @param {string} name @param {string} kind lines of code but for imports */
function ownLines(application, name, kind) {
  return [`${name}/src/${name}-${kind}.ts`, `${name}/src/plugin.ts`]
    .flatMap((path) => application.text(path).split('\n'))
    .filter((line) => line.trim() !== '' && !/^\s*(\/\/|\/\*|\*|import )/.test(line)).length;
}

/** @template T @param {readonly T[]} items @param {(item: T) => Promise<void>} work */
async function forEachParallel(items, work) {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
}

const OPTIONS = /** @type {const} */ ({ 'no-server': 'boolean', force: 'boolean', keep: 'boolean' });

await runProgram(import.meta.url, HELP, OPTIONS, async ({ 'no-server': hasNoServer, force, keep }) => {
  await new StepPrinter().step('outside', async (note) => {
    const options = { hasServer: !hasNoServer, isForced: force, isKept: keep, note };
    return (await checkOutside(options)).remark;
  });
});
