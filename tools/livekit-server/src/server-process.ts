import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Emitter, type Event } from '@eloquence/plugin-api';
import type { ServerExit } from './livekit-server.js';
import { LogTail } from './run-command.js';
import { Watchdog } from './watchdog.js';

const FORCE_AFTER_MS = 300;
const DEFAULT_STOP_TIMEOUT_MS = 3000;
const DEFAULT_LOG_LINES = 100;

export interface ServerProcessOptions {
  readonly binaryPath: string;
  /** Content of the configuration file. */
  readonly config: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stopTimeoutMs?: number | undefined;
  readonly logLines?: number | undefined;
}

/**
 * A running server process with its temporary folder and its watchdog. It does not keep this process alive, and does
 * not survive it either: whatever way this process ends, the watchdog ends the server.
 */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #log: LogTail;
  readonly #stopTimeoutMs: number;
  readonly #didExit = new Emitter<ServerExit>();
  readonly #closed: Promise<void>;
  #exit: ServerExit | undefined;
  #stopping: Promise<void> | undefined;

  private constructor(child: ChildProcess, folder: string, options: ServerProcessOptions) {
    this.#child = child;
    this.#folder = folder;
    this.#log = new LogTail(options.logLines ?? DEFAULT_LOG_LINES);
    this.#stopTimeoutMs = options.stopTimeoutMs ?? DEFAULT_STOP_TIMEOUT_MS;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#log.push(text));
      (stream as unknown as { unref?(): void } | null)?.unref?.();
    }
    // 'close' comes after the last log line, 'exit' may come before it.
    this.#closed = new Promise((resolve) => {
      child.once('close', (exitCode, signal) => {
        this.#exit = {
          exitCode: exitCode ?? undefined,
          signal: signal ?? undefined,
          wasExpected: this.#stopping !== undefined,
        };
        this.#didExit.fire(this.#exit);
        resolve();
      });
    });
    child.unref();
  }

  /** @throws if the binary or the shell of the watchdog cannot be started. */
  static async start(options: ServerProcessOptions): Promise<ServerProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'eloquence-livekit-'));
    try {
      const configPath = join(folder, 'livekit.yaml');
      await writeFile(configPath, options.config, { mode: 0o600 });
      // In a group of its own, so that a terminal's Ctrl-C reaches it through its owner only.
      const child = spawn(options.binaryPath, ['--config', configPath], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: options.env,
        cwd: folder,
        detached: true,
      });
      await once(child, 'spawn');
      const server = new ServerProcess(child, folder, options);
      await server.#guard();
      return server;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** How it ended; `undefined` while it runs. */
  get exit(): ServerExit | undefined {
    return this.#exit;
  }

  get onDidExit(): Event<ServerExit> {
    return this.#didExit.event;
  }

  /** Resolves when the process has ended and its last log line is in. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  readLogTail(): readonly string[] {
    return this.#log.lines();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  async #guard(): Promise<void> {
    const pid = this.#child.pid;
    if (pid === undefined) throw new Error('the server process has no id');
    try {
      const watchdog = await Watchdog.start(pid, this.#folder);
      void this.#closed.then(() => watchdog.dismiss());
    } catch (error) {
      this.#child.kill('SIGKILL');
      throw error;
    }
  }

  async #end(): Promise<void> {
    // The first SIGTERM lets a server wait for its participants to leave; the second makes it leave at once.
    const timers = [
      setTimeout(() => this.#child.kill('SIGTERM'), FORCE_AFTER_MS),
      setTimeout(() => this.#child.kill('SIGKILL'), this.#stopTimeoutMs),
    ];
    if (this.#exit === undefined) this.#child.kill('SIGTERM');
    await this.#closed;
    for (const timer of timers) clearTimeout(timer);
    this.#didExit.dispose();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
