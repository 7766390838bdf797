import type { Terminal } from '../terminal/terminal.js';
import type { ExitCode } from './exit-code.js';

/** What a command is given to run with. */
export interface CommandContext {
  readonly args: readonly string[];
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted on SIGINT and SIGTERM: the command releases what it holds and returns. */
  readonly signal: AbortSignal;
}

/** One command of `eloquence`, loaded when it is called. */
export interface Command {
  readonly name: string;
  /** One line for the overview. */
  readonly summary: string;
  readonly help: string;
  /** Runs the command. What it throws is printed as an error; the exit code follows from the error's code. */
  run(context: CommandContext): Promise<ExitCode>;
}
