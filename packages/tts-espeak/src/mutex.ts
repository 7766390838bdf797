import { EloquenceError, abortedError } from '@eloquence/plugin-api';

/** Lets one through at a time, in order of arrival. */
export class Mutex {
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  /**
   * Waits for the turn; the caller gives it back by `leave()`.
   *
   * @throws EloquenceError `ABORTED`; `TTS_FAILED` if too many are waiting.
   */
  async enter(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw abortedError(signal);
    if (!this.#isTaken) {
      this.#isTaken = true;
      return;
    }
    if (this.#waiting.length >= this.#maxWaiting) {
      throw new EloquenceError('TTS_FAILED', 'Too many sentences are waiting for this voice.', {
        value: this.#waiting.length,
        hint: 'Speak one sentence after another, or create an engine for each speaker.',
      });
    }
    await new Promise<void>((resolve, reject) => {
      const pass = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(pass), 1);
        reject(abortedError(signal));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(pass);
    });
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isTaken = false;
    else next();
  }
}
