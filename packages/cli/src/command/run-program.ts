import { runCommandLine } from '@eloquence/base';
import { EloquenceError, toEloquenceError } from '@eloquence/plugin-api';
import type { Command } from 'commander';
import { createTerminal, printError, type Terminal } from '../terminal/terminal.js';
import { CommandLine } from './command-line.js';
import { ExitCode, exitCodeOf } from './exit-code.js';

/** How long a program may take to release what it holds after a signal, ms. */
const releaseMs = 5000;

/** What a command is given to run with. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted on SIGINT and SIGTERM: the command releases what it holds and returns. */
  readonly signal: AbortSignal;
  /** What the program will end with: a command whose result is not good changes it. */
  exitCode: ExitCode;
}

/** Adds what a program can do to its command line. */
export type DefineProgram = (program: Command, context: CommandContext) => void;

/**
 * Runs a program on the terminal: parses the arguments, turns SIGINT and SIGTERM into an abort, prints what is thrown.
 *
 * @returns the exit code. Never throws.
 */
export async function runProgram(
  args: readonly string[],
  define: DefineProgram,
  terminal: Terminal = createTerminal(process.stdout, process.stderr, process.env),
  env: NodeJS.ProcessEnv = process.env,
): Promise<ExitCode> {
  const controller = new AbortController();
  let signalCode: ExitCode | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const code = signal === 'SIGINT' ? ExitCode.interrupted : ExitCode.terminated;
    signalCode = code;
    controller.abort(new EloquenceError('ABORTED', `Ended by ${signal}.`));
    setTimeout(() => process.exit(code), releaseMs).unref();
  };
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    const context: CommandContext = { terminal, env, signal: controller.signal, exitCode: ExitCode.ok };
    await runCommandLine(createProgram(define, context), args);
    return signalCode ?? context.exitCode;
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

/** The command line of a program. Help goes to the terminal; what is wrong with the arguments is thrown. */
export function createProgram(define: DefineProgram, context: CommandContext): Command {
  const { terminal } = context;
  const program = new CommandLine()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: () => undefined,
      getOutHelpWidth: () => 80,
      getOutHasColors: () => true,
    })
    .configureHelp({
      minWidthToWrap: 20,
      subcommandTerm: (command) => command.name(),
      styleTitle: (text) => terminal.style.bold(text),
    })
    .helpOption('-h, --help', 'Show this help');
  define(program, context);
  return program;
}
