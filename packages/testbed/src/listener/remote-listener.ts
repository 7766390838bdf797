import { type ChildProcess, fork } from 'node:child_process';
import { type Clock, type Disposable, EloquenceError } from '@eloquence/plugin-api';
import { toUsableError } from './usable-error.js';
import type { ArmListener, Collected, CollectRequest } from './arm-listener.js';
import type { FromListener, OpenMessage, ToListener } from './protocol.js';

const OPEN_TIMEOUT_MS = 20_000;
const ANSWER_TIMEOUT_MS = 5000;
/** Time that the process has to end by itself before it is killed, ms. */
const CLOSE_TIMEOUT_MS = 3000;
/** Lines of the process's stderr kept for error messages. */
const MAX_STDERR_BYTES = 4096;

type Answer<Type extends FromListener['type']> = Extract<FromListener, { type: Type }>;

interface Waiter {
  readonly type: FromListener['type'];
  resolve(answer: FromListener): void;
  reject(error: EloquenceError): void;
}

/** The listener in its own process, seen from the orchestrator. The process ends with `close`, or with this one. */
export class RemoteListener implements ArmListener {
  readonly #process: ChildProcess;
  readonly #clock: Clock;
  readonly #waiters: Waiter[] = [];
  readonly #exited: Promise<void>;
  #failure: EloquenceError | undefined;
  #isClosing = false;
  #stderr = '';
  #rejectLost: (error: EloquenceError) => void = () => undefined;
  readonly lost: Promise<never>;

  private constructor(child: ChildProcess, clock: Clock) {
    this.#process = child;
    this.#clock = clock;
    this.lost = new Promise((_, reject) => (this.#rejectLost = reject));
    this.lost.catch(() => undefined);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR_BYTES);
    });
    child.on('message', (message) => this.#receive(message as FromListener));
    child.on('error', (cause) =>
      this.#fail(
        new EloquenceError('INTERNAL', `The listener process failed: ${cause.message}`, {
          hint: 'Build the workspace, and try again.',
          cause,
        }),
      ),
    );
    this.#exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        if (!this.#isClosing) this.#fail(this.#exitError(code, signal));
        resolve();
      });
      child.once('error', () => resolve());
    });
  }

  /**
   * Starts the process and lets it join the room.
   *
   * @throws EloquenceError what `connectRoom` throws in the process; `IO_FAILED` if the WAV file cannot be written.
   */
  static async open(message: Omit<OpenMessage, 'type'>, clock: Clock): Promise<RemoteListener> {
    const child = fork(new URL('./listener-process.js', import.meta.url), [], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    });
    const listener = new RemoteListener(child, clock);
    try {
      await listener.#ask({ type: 'open', ...message }, 'opened', OPEN_TIMEOUT_MS);
      return listener;
    } catch (error) {
      await listener.close();
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  async begin(utterance: number, isRecorded: boolean): Promise<void> {
    await this.#ask({ type: 'begin', utterance, isRecorded }, 'begun', ANSWER_TIMEOUT_MS);
  }

  async collect(request: CollectRequest): Promise<Collected> {
    return await this.#ask({ type: 'collect', ...request }, 'heard', request.timeoutMs + ANSWER_TIMEOUT_MS);
  }

  async close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      if (this.#process.connected)
        this.#process.send({ type: 'close' } satisfies ToListener, () => undefined);
    }
    const kill = this.#clock.setTimer(() => this.#process.kill('SIGKILL'), CLOSE_TIMEOUT_MS);
    if (
      this.#process.pid !== undefined &&
      this.#process.exitCode === null &&
      this.#process.signalCode === null
    ) {
      await this.#exited;
    }
    kill.dispose();
  }

  #ask<Type extends FromListener['type']>(
    message: ToListener,
    type: Type,
    timeoutMs: number,
  ): Promise<Answer<Type>> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const timer: Disposable = this.#clock.setTimer(() => {
        waiter.reject(
          new EloquenceError(
            'NO_RECEIVER',
            `The listener process did not answer '${message.type}' in time.`,
            {
              value: timeoutMs,
              hint: 'The machine may be overloaded: try again, or with fewer lanes.',
            },
          ),
        );
      }, timeoutMs);
      const settle = (): void => {
        timer.dispose();
        const at = this.#waiters.indexOf(waiter);
        if (at >= 0) this.#waiters.splice(at, 1);
      };
      const waiter: Waiter = {
        type,
        resolve: (answer) => {
          settle();
          resolve(answer as Answer<Type>);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      this.#waiters.push(waiter);
      this.#process.send(message, (error) => {
        if (error) waiter.reject(this.#exitError(this.#process.exitCode, this.#process.signalCode));
      });
    });
  }

  #receive(message: FromListener): void {
    if (message.type === 'failed') {
      this.#fail(toUsableError(message.error));
      return;
    }
    this.#waiters.find((waiter) => waiter.type === message.type)?.resolve(message);
  }

  #fail(error: EloquenceError): void {
    this.#failure ??= error;
    for (const waiter of [...this.#waiters]) waiter.reject(this.#failure);
    this.#rejectLost(this.#failure);
  }

  #exitError(code: number | null, signal: string | null): EloquenceError {
    const lastWords = this.#stderr.trim().split('\n').slice(-3).join(' | ');
    return new EloquenceError(
      'RECEIVER_LEFT',
      `The listener left before the end: its process ended with ${signal ?? `code ${code ?? '?'}`}.` +
        (lastWords === '' ? '' : ` It said: ${lastWords}`),
      { value: signal ?? code, hint: 'Run it again; without anyone listening there is nothing to measure.' },
    );
  }
}
