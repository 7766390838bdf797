import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findOutdatedDependency } from './lib/dependencies.mjs';
import { runProgram } from './lib/program.mjs';
import { isBuildServer, provideBrowser } from './lib/provide-browser.mjs';
import { run, runNode } from './lib/run.mjs';
import { StepError, StepPrinter } from './lib/step-printer.mjs';
import { ROOT, sourceStamp } from './lib/workspace.mjs';

const MIN_NODE = [20, 19];
const STAMP_PATH = join(ROOT, '.cache', 'build.stamp');

const HELP = `Gets this workspace ready to run: dependencies, build, LiveKit server, browser. Does nothing that is done already.

  node tools/workspace/setup.mjs [options]

  --quiet       print a step only if it fails or takes long
  --force       build even if no source has changed
  --no-server   leave the LiveKit server out
  --browser     find or install Chromium too, for the browser tests; \`npm test\` asks for it
  --no-browser  leave Chromium out, even for \`npm test\`
  --help        this text

Everything is printed to stderr. Exit codes: 0 ready, 1 a step failed (the line says what to do), 2 wrong option.
`;

async function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [minMajor = 0, minMinor = 0] = MIN_NODE;
  if (major > minMajor || (major === minMajor && minor >= minMinor)) return process.versions.node;
  throw new StepError(
    `Node ${process.versions.node} is too old: ${MIN_NODE.join('.')} or newer is needed.\nInstall Node 20 (LTS) or newer, and run this again.`,
  );
}

async function installDependencies() {
  const outdated = findOutdatedDependency(ROOT);
  if (outdated === undefined) return 'as in the lock file';
  const { exitCode, output } = await run('npm', ['ci', '--no-audit', '--no-fund']);
  if (exitCode === 0) return `installed (${outdated})`;
  throw new StepError(
    `npm ci failed.\n${lastLines(output, 15)}\nCheck that npm reaches its registry, and that package-lock.json is unchanged (git status).`,
  );
}

/** @param {boolean | undefined} force */
async function build(force) {
  const stamp = sourceStamp();
  const isBuilt = existsSync(join(ROOT, 'packages/cli/dist/index.js')) && existsSync(STAMP_PATH);
  if (!force && isBuilt && readFileSync(STAMP_PATH, 'utf8') === stamp) return 'up to date';
  const { exitCode, output } = await runNode('nx/dist/bin/nx.js', [
    'run-many',
    '-t',
    'build',
    '--skip-sync',
    '--outputStyle=static',
  ]);
  if (exitCode !== 0) {
    throw new StepError(
      `The build failed.\n${lastLines(output, 40)}\nRun \`npx nx run-many -t build\` to see all of it.`,
    );
  }
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  writeFileSync(STAMP_PATH, stamp);
  return 'built';
}

/** @param {(text: string) => void} note */
async function provideServer(note) {
  const url = process.env['LIVEKIT_URL'] ?? '';
  if (url !== '') return `LIVEKIT_URL, ${url}`;
  // Built a moment ago: it cannot be imported at the top of this file.
  const launcher = await import(pathToFileURL(join(ROOT, 'tools/livekit-server/dist/index.js')).href);
  const binary = await launcher.ensureLiveKitBinary({
    cacheDir: join(ROOT, '.cache', 'livekit'),
    onProgress: (/** @type {{ message: string }} */ { message }) => note(message),
  });
  if ('path' in binary) return `${binary.version} (${binary.source})`;
  const text = `${binary.reason}\n${binary.hint}`;
  if (isBuildServer()) throw new StepError(text);
  return {
    remark: `none: ${text.replaceAll('\n', '\n    ')}\n    Speech will go through a simulated transport.`,
    warn: true,
  };
}

/** @param {string} text @param {number} count */
function lastLines(text, count) {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('npm warn'))
    .slice(-count)
    .join('\n');
}

const OPTIONS = /** @type {const} */ ({
  quiet: 'boolean',
  force: 'boolean',
  'no-server': 'boolean',
  browser: 'boolean',
  'no-browser': 'boolean',
});

await runProgram(import.meta.url, HELP, OPTIONS, async (values) => {
  // Speech starts at once for those who only want to hear it: only the tests need a browser.
  const wantsBrowser = values['browser'] || process.env['npm_lifecycle_event'] === 'test';
  const printer = new StepPrinter({ quiet: values['quiet'] });
  await printer.step('Node', checkNode);
  await printer.step('dependencies', installDependencies);
  await printer.step('build', () => build(values['force']));
  if (!values['no-server']) await printer.step('LiveKit server', provideServer);
  if (wantsBrowser && !values['no-browser'])
    await printer.step('Chromium', (note) => provideBrowser({ note }));
});
