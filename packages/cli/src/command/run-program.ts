import { checkOptionUse, runCommandLine } from '@eloquence/base';
import { EloquenceError, type ErrorCode, toEloquenceError } from '@eloquence/plugin-api';
import { Command, InvalidArgumentError, type ParseOptionsResult } from 'commander';
import { createTerminal, printError, type Terminal } from '../terminal/terminal.js';

/** A command of commander's that is stricter with its options, as its subcommands are. */
export class CommandLine extends Command {
  override createCommand(name?: string): CommandLine {
    return new CommandLine(name);
  }

  override parseOptions(args: string[]): ParseOptionsResult {
    checkOptionUse(args, this.options);
    return super.parseOptions(args);
  }
}

/** Reads the value of an option that must not be empty. */
export function nonEmpty(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('Give it a value or leave it out.');
}

/** Exit codes of the command: part of its interface. */
export const ExitCode = {
  ok: 0,
  /** The run started and failed: no server, no listener, connection lost, frames missing. */
  failed: 1,
  /** The command was called wrongly: an option, a text or a name that does not exist. */
  usage: 2,
  /** 128 + SIGINT. */
  interrupted: 130,
  /** 128 + SIGTERM. */
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

const USAGE_ERRORS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'OPTION_INVALID',
  'TEXT_EMPTY',
  'TEXT_UNREADABLE',
  'TEXT_TOO_LONG',
  'VOICE_UNKNOWN',
  'PROFILE_UNKNOWN',
  'LANE_UNKNOWN',
  'LINK_INVALID',
]);

export function exitCodeOf(code: ErrorCode): ExitCode {
  return USAGE_ERRORS.has(code) ? ExitCode.usage : ExitCode.failed;
}

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
