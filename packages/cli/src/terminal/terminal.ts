import type { EloquenceError } from '@eloquence/plugin-api';

/** The part of a stream that the terminal needs. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Where a command writes: results to `out`, everything else to `err`. */
export interface Terminal {
  /** Results. */
  out(text: string): void;
  /** Progress, warnings, errors. */
  err(text: string): void;
  /** Styles for what goes to `out`. */
  readonly style: Style;
  /** Styles for what goes to `err`. */
  readonly errStyle: Style;
  /** True if `err` can redraw a line. */
  readonly canRedraw: boolean;
}

/** Marks up text, or leaves it alone where colour is not wanted. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  accent(text: string): string;
}

function createStyle(isColoured: boolean): Style {
  const wrap = (open: number, close: number) => (text: string) =>
    isColoured ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return { bold: wrap(1, 22), dim: wrap(2, 22), good: wrap(32, 39), bad: wrap(31, 39), accent: wrap(36, 39) };
}

/** Colour only on a terminal, and never where `NO_COLOR` is set (no-color.org) or the terminal is dumb. */
function isColourWanted(stream: OutputStream, env: NodeJS.ProcessEnv): boolean {
  const noColour = env['NO_COLOR'];
  return stream.isTTY === true && (noColour === undefined || noColour === '') && env['TERM'] !== 'dumb';
}

export function createTerminal(out: OutputStream, err: OutputStream, env: NodeJS.ProcessEnv): Terminal {
  return {
    out: (text) => void out.write(text),
    err: (text) => void err.write(text),
    style: createStyle(isColourWanted(out, env)),
    errStyle: createStyle(isColourWanted(err, env)),
    canRedraw: err.isTTY === true && env['TERM'] !== 'dumb',
  };
}

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
