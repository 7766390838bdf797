import { EloquenceError, toEloquenceError } from '@eloquence/plugin-api';
import { printError } from '../terminal/print-error.js';
import { createTerminal, type Terminal } from '../terminal/terminal.js';
import { ExitCode, exitCodeOf } from './exit-code.js';

/** How long a program may take to release what it holds after a signal, ms. */
const RELEASE_MS = 5000;

export interface ProgramContext {
  readonly terminal: Terminal;
  /** Aborted on SIGINT and SIGTERM: the program releases what it holds and returns. */
  readonly signal: AbortSignal;
}

/**
 * Runs a program on the terminal: turns SIGINT and SIGTERM into an abort, prints what it throws.
 *
 * @returns the exit code. Never throws.
 */
export async function runProgram(
  args: readonly string[],
  program: (context: ProgramContext) => Promise<ExitCode>,
  terminal: Terminal = createTerminal(process.stdout, process.stderr, process.env),
): Promise<ExitCode> {
  const controller = new AbortController();
  let signalCode: ExitCode | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const code = signal === 'SIGINT' ? ExitCode.interrupted : ExitCode.terminated;
    signalCode = code;
    controller.abort(new EloquenceError('ABORTED', `Ended by ${signal}.`));
    setTimeout(() => process.exit(code), RELEASE_MS).unref();
  };
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    const code = await program({ terminal, signal: controller.signal });
    return signalCode ?? code;
  } catch (thrown) {
    const error = toEloquenceError(thrown);
    printError(terminal, error, { json: args.includes('--json') });
    if (error.code === 'INTERNAL' && error.cause instanceof Error)
      terminal.err(`${error.cause.stack ?? ''}\n`);
    return signalCode ?? exitCodeOf(error.code);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
