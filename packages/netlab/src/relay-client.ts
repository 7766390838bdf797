import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Clock, type Disposable, EloquenceError } from '@eloquence/plugin-api';
import {
  type RelayCallName,
  type RelayCalls,
  type RelayRequest,
  type RelayResponse,
  unpackError,
} from './relay-protocol.js';

const CALL_TIMEOUT_MS = 10_000;
const EXIT_TIMEOUT_MS = 2_000;
const MAX_ERROR_TEXT = 4_000;

interface PendingCall {
  readonly resolve: (result: never) => void;
  readonly reject: (error: EloquenceError) => void;
  readonly timer: Disposable;
}

/**
 * The compiled entry of the relay process. When this module itself runs from its source, as in tests, that is
 * the entry of the last build.
 *
 * @throws EloquenceError `IO_FAILED` if it has not been built.
 */
function relayEntry(): string {
  const isSource = import.meta.url.endsWith('.ts');
  const entry = fileURLToPath(
    new URL(isSource ? '../dist/relay-process.js' : './relay-process.js', import.meta.url),
  );
  if (existsSync(entry)) return entry;
  throw new EloquenceError('IO_FAILED', 'The relay process of netlab has not been built.', {
    value: entry,
    hint: 'Run npm run build first, or pass isolation: "in-process" where precise timing does not matter.',
  });
}

/** A relay in a process of its own, called over IPC. The process ends with `close()` or with its owner. */
export class RelayClient {
  readonly #clock: Clock;
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, PendingCall>();
  readonly #exited: Promise<void>;
  #nextId = 1;
  #end: string | undefined;
  #errorText = '';

  constructor(clock: Clock) {
    this.#clock = clock;
    // Neither the loader flags of the owner nor its standard output are for the relay.
    this.#child = fork(relayEntry(), { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#errorText = (this.#errorText + chunk.toString()).slice(-MAX_ERROR_TEXT);
    });
    this.#child.on('message', (response: RelayResponse) => this.#settle(response));
    this.#exited = new Promise((resolve) => {
      this.#child.once('error', (error) => this.#fail(error.message, resolve));
      this.#child.once('exit', (code, signal) => this.#fail(`exit ${signal ?? code ?? ''}`, resolve));
    });
  }

  /** @throws EloquenceError what the relay threw, or `IO_FAILED` if it is gone or does not answer. */
  call<Name extends RelayCallName>(
    name: Name,
    argument: RelayCalls[Name]['argument'],
  ): Promise<RelayCalls[Name]['result']> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) {
        reject(this.#goneError());
        return;
      }
      const id = this.#nextId++;
      const timer = this.#clock.setTimer(() => {
        this.#pending.delete(id);
        reject(
          new EloquenceError('IO_FAILED', `The relay did not answer '${name}' within ${CALL_TIMEOUT_MS} ms.`),
        );
      }, CALL_TIMEOUT_MS);
      this.#pending.set(id, { resolve, reject, timer });
      const request: RelayRequest<Name> = { id, name, argument };
      // A failed send means that the process is gone; its exit settles the call.
      this.#child.send(request, () => undefined);
    });
  }

  /** Ends the process, by force if it does not end by itself. May be called again. */
  async close(): Promise<void> {
    if (this.#end === undefined) {
      const timer = this.#clock.setTimer(() => this.#child.kill('SIGKILL'), EXIT_TIMEOUT_MS);
      // An error here is the exit that is wanted anyway.
      await this.call('close', null).catch(() => undefined);
      await this.#exited;
      timer.dispose();
    }
    await this.#exited;
  }

  #settle(response: RelayResponse): void {
    const pending = this.#pending.get(response.id);
    if (pending === undefined) return;
    this.#pending.delete(response.id);
    pending.timer.dispose();
    if ('error' in response) pending.reject(unpackError(response.error));
    else pending.resolve(response.result as never);
  }

  #fail(reason: string, done: () => void): void {
    this.#end ??= reason;
    for (const { reject, timer } of this.#pending.values()) {
      timer.dispose();
      reject(this.#goneError());
    }
    this.#pending.clear();
    done();
  }

  #goneError(): EloquenceError {
    const details = this.#errorText.trim();
    return new EloquenceError('IO_FAILED', `The relay process is gone (${this.#end ?? ''}).`, {
      value: details === '' ? undefined : details,
      hint: 'Start a new access network; connections through the old one are lost.',
    });
  }
}
