import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { ROOT } from './workspace.mjs';

const MAX_OUTPUT_CHARS = 400_000;

/**
 * Runs a program of the workspace to its end and keeps the end of what it printed.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, maxOutputChars?: number }} [options]
 * @returns {Promise<{ exitCode: number, output: string }>} exit code 124 if it took too long, 127 if it did not start
 */
export function run(
  file,
  args,
  { cwd = ROOT, env = {}, timeoutMs = 900_000, maxOutputChars = MAX_OUTPUT_CHARS } = {},
) {
  return new Promise((resolve) => {
    let output = '';
    /** @param {string} text */
    const keep = (text) => {
      output = (output + text).slice(-maxOutputChars);
    };
    // In a group of its own, so that a time limit ends what the program started, too.
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    };
    const onInterrupt = () => {
      end();
      process.exit(130);
    };
    process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
    let tookTooLong = false;
    const timer = setTimeout(() => {
      tookTooLong = true;
      keep(`\nended after the limit of ${Math.round(timeoutMs / 1000)} s\n`);
      end();
    }, timeoutMs);
    /** @param {number} exitCode */
    const finish = (exitCode) => {
      clearTimeout(timer);
      process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
      resolve({ exitCode, output: stripVTControlCharacters(output) });
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('error', (error) => {
      keep(error.message);
      finish(127);
    });
    child.once('close', (code) => finish(tookTooLong ? 124 : (code ?? 1)));
  });
}

/**
 * Runs a program out of `node_modules` without going through npm, which costs a second.
 *
 * @param {string} path relative to `node_modules`
 * @param {string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runNode(path, args, options) {
  return run(process.execPath, [`${ROOT}/node_modules/${path}`, ...args], options);
}
