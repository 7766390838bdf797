import type { EloquenceError } from '@eloquence/plugin-api';
import { errorToJson } from '@eloquence/testbed';
import type { Terminal } from './terminal.js';

/**
 * Says on stderr what went wrong and what to do. With `json`, stdout gets `{ "error": … }` too, so that a program
 * that reads stdout always finds one object there.
 */
export function printError(
  terminal: Terminal,
  error: EloquenceError,
  options: { readonly json: boolean },
): void {
  const { errStyle } = terminal;
  terminal.err(`${errStyle.bad(`error ${error.code}:`)} ${error.message}\n`);
  if (error.hint !== undefined) terminal.err(`${errStyle.accent('hint:')} ${error.hint}\n`);
  if (options.json) terminal.out(`${JSON.stringify({ error: errorToJson(error) })}\n`);
}
