import type { EloquenceError } from '@eloquence/plugin-api';
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
  const { code, message, hint } = error;
  terminal.err(`${errStyle.bad(`error ${code}:`)} ${message}\n`);
  if (hint !== undefined) terminal.err(`${errStyle.accent('hint:')} ${hint}\n`);
  if (options.json) terminal.out(`${JSON.stringify({ error: { code, message, hint } })}\n`);
}
