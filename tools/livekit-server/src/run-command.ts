import { spawn } from 'node:child_process';
import { LogTail } from './log-tail.js';

export interface CommandResult {
  /** Exit code; `undefined` if the command could not be started, was killed, or took too long. */
  readonly exitCode: number | undefined;
  /** Last lines of standard output. */
  readonly stdout: readonly string[];
  /** Last lines of standard error. */
  readonly stderr: readonly string[];
  /** Why there is no exit code. */
  readonly failure?: string;
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Runs a command to its end and keeps the tails of what it printed. Never throws: a failure is part of the result. */
export function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const stdout = new LogTail(40);
  const stderr = new LogTail(40);
  return new Promise((resolve) => {
    let isDone = false;
    const finish = (exitCode: number | undefined, failure?: string): void => {
      if (isDone) return;
      isDone = true;
      resolve({
        exitCode,
        stdout: stdout.lines(),
        stderr: stderr.lines(),
        ...(failure === undefined ? {} : { failure }),
      });
    };
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
    child.on('error', (error) => finish(undefined, error.message));
    child.on('close', (exitCode, signal) => {
      if (exitCode !== null) finish(exitCode);
      else finish(undefined, `ended by ${signal ?? 'a signal'} (limit ${options.timeoutMs} ms)`);
    });
  });
}
