import { type Clock, type Disposable, abortedError } from '@eloquence/plugin-api';

/**
 * Waits for one promise after another until a signal aborts. It keeps one listener for all of them, and leaves
 * nothing behind on the signal however many there were.
 */
export class AbortableWait implements Disposable {
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#reject?.(abortedError(this.#signal));
  #reject: ((error: Error) => void) | undefined;

  constructor(clock: Clock, signal: AbortSignal | undefined) {
    this.#clock = clock;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /**
   * The promise's value, or `undefined` if it takes longer than `limitMs`.
   *
   * @throws EloquenceError `ABORTED`, and whatever the promise rejects with.
   */
  async for<T>(promise: Promise<T>, limitMs?: number): Promise<T | undefined> {
    if (this.#signal?.aborted) throw abortedError(this.#signal);
    let timer: Disposable | undefined;
    try {
      return await new Promise<T | undefined>((resolve, reject) => {
        this.#reject = reject;
        promise.then(resolve, reject);
        if (limitMs !== undefined) timer = this.#clock.setTimer(() => resolve(undefined), limitMs);
      });
    } finally {
      this.#reject = undefined;
      timer?.dispose();
    }
  }

  dispose(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}
