import { spawn } from 'node:child_process';

const MAX_LINE_LENGTH = 2000;

/** Keeps the last lines of a stream of text, and counts those that it let go. */
export class LogTail {
  readonly #capacity: number;
  readonly #lines: string[] = [];
  #partial = '';
  #dropped = 0;

  /** @param capacity Number of lines kept, at least 1. */
  constructor(capacity: number) {
    this.#capacity = Math.max(1, capacity);
  }

  /** Lines that no longer fit. */
  get dropped(): number {
    return this.#dropped;
  }

  push(text: string): void {
    const parts = (this.#partial + text).split('\n');
    this.#partial = (parts.pop() ?? '').slice(0, MAX_LINE_LENGTH);
    for (const part of parts) this.#add(part.trimEnd());
  }

  /** The kept lines, oldest first, with an unfinished last one. */
  lines(): readonly string[] {
    return this.#partial === '' ? [...this.#lines] : [...this.#lines, this.#partial];
  }

  #add(line: string): void {
    if (line === '') return;
    this.#lines.push(line.slice(0, MAX_LINE_LENGTH));
    if (this.#lines.length > this.#capacity) {
      this.#lines.shift();
      this.#dropped++;
    }
  }
}

export interface CommandResult {
  /** Exit code; `undefined` if the command could not be started, was killed, or took too long. */
  readonly exitCode: number | undefined;
  /** Last lines of standard output. */
  readonly stdout: readonly string[];
  /** Last lines of standard error. */
  readonly stderr: readonly string[];
  /** Why there is no exit code. */
  readonly failure?: string | undefined;
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly cwd?: string | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a command to its end and keeps the tails of what it printed. Never throws: a failure is part of the result. */
export function runCommand(
  file: string,
  args: readonly string[],
  { timeoutMs, ...options }: CommandOptions,
): Promise<CommandResult> {
  const stdout = new LogTail(40);
  const stderr = new LogTail(40);
  return new Promise((resolve) => {
    // What comes after the first call changes nothing.
    const finish = (exitCode: number | undefined, failure?: string): void =>
      resolve({ exitCode, stdout: stdout.lines(), stderr: stderr.lines(), failure });
    const child = spawn(file, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
    child.on('error', (error) => finish(undefined, error.message));
    child.on('close', (exitCode, signal) => {
      if (exitCode !== null) finish(exitCode);
      else finish(undefined, `ended by ${signal ?? 'a signal'} (limit ${timeoutMs} ms)`);
    });
  });
}
