import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProgram } from './lib/program.mjs';
import { run } from './lib/run.mjs';

const HELP = `Finds a Chromium for the browser tests, or installs Debian's, and prints its path.

  node tools/workspace/chromium.mjs [--no-install] [--help]

It looks at CHROMIUM_PATH, at the PATH, and at the usual places of each system; then, as root on a system with apt,
it installs the package chromium. Exit codes: 0 found, 1 not found, 2 wrong option.
`;

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const PLACES = [
  '/usr/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const INSTALL_TIMEOUT_MS = 300_000;

/** @typedef {{ path: string } | { reason: string, hint: string }} ChromiumResult */

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {NodeJS.ProcessEnv} env */
export function findChromium(env = process.env) {
  const named = env['CHROMIUM_PATH'] ?? '';
  if (named !== '') return isProgram(named) ? named : undefined;
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...PLACES];
  return candidates.find(isProgram);
}

/** @param {string[]} args @returns {Promise<string | undefined>} what was wrong */
async function runApt(args) {
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, timeoutMs: INSTALL_TIMEOUT_MS };
  const { exitCode, output } = await run('apt-get', args, options);
  return exitCode === 0 ? undefined : output.trim().split('\n').slice(-3).join('\n');
}

/**
 * A Chromium to run, installed if it must be and can be.
 *
 * @param {{ mayInstall?: boolean, onProgress?: (message: string) => void }} [options]
 * @returns {Promise<ChromiumResult>}
 */
export async function ensureChromium({ mayInstall = true, onProgress = () => undefined } = {}) {
  const found = findChromium();
  if (found !== undefined) return { path: found };
  const named = process.env['CHROMIUM_PATH'] ?? '';
  if (named !== '')
    return { reason: `CHROMIUM_PATH is '${named}', which cannot be run.`, hint: 'Correct or unset it.' };
  const hint =
    'Install Chromium or Chrome, or name one in CHROMIUM_PATH; on Debian: apt-get install chromium.';
  if (!mayInstall) return { reason: 'No Chromium was found.', hint };
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return { reason: 'No Chromium was found, and only root on a system with apt can install one.', hint };
  onProgress('installing Chromium with apt-get');
  const install = () => runApt(['install', '-y', '--no-install-recommends', 'chromium']);
  let problem = await install();
  if (problem !== undefined) {
    onProgress('refreshing the package lists');
    await runApt(['update']);
    problem = await install();
  }
  const installed = findChromium();
  if (installed !== undefined) return { path: installed };
  return { reason: `Chromium could not be installed.\n${problem ?? ''}`.trim(), hint };
}

await runProgram(import.meta.url, HELP, { 'no-install': 'boolean' }, async (values) => {
  const result = await ensureChromium({
    mayInstall: !values['no-install'],
    onProgress: (message) => process.stderr.write(`${message} …\n`),
  });
  if ('path' in result) process.stdout.write(`${result.path}\n`);
  else process.stderr.write(`${result.reason}\n${result.hint}\n`);
  return 'path' in result ? 0 : 1;
});
