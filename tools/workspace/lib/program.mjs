import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { StepError } from './step-printer.mjs';

/**
 * Runs a program where its module was started, and does nothing where it was imported. `--help` prints the help.
 * Exit codes: what `work` returns, 1 if a step has failed, 2 for options that there are not.
 *
 * @param {string} url `import.meta.url` of the module
 * @param {string} help
 * @param {Readonly<Record<string, 'boolean' | 'string'>>} options
 * @param {(values: Record<string, any>) => Promise<number | void> | number | void} work
 */
export async function runProgram(url, help, options, work) {
  if (process.argv[1] === undefined || realpathSync(process.argv[1]) !== fileURLToPath(url)) return;
  try {
    const config = Object.entries({ ...options, help: 'boolean' }).map(([name, type]) => [name, { type }]);
    /** @type {Record<string, any>} */
    const values = parseArgs({ options: Object.fromEntries(config) }).values;
    if (values['help']) process.stdout.write(help);
    else process.exitCode = (await work(values)) ?? 0;
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    const isUsage = code?.startsWith('ERR_PARSE_ARGS') === true;
    if (isUsage) process.stderr.write(`${message}\n\n${help}`);
    // A step has told of its failure already.
    else if (!(error instanceof StepError)) throw error;
    process.exitCode = isUsage ? 2 : 1;
  }
}

/** @param {string} message @returns an error that is told with the help */
export function usageError(message) {
  return Object.assign(new Error(message), { code: 'ERR_PARSE_ARGS_VALUE' });
}
