import { type Disposable, Emitter, toDisposable } from '@eloquence/plugin-api';

/** Who waits for one signal, behind the one listener that the signal has of ours. */
class Waiting {
  readonly #signal: AbortSignal;
  readonly #onDidAbort = new Emitter<void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(listener: () => void): Disposable {
    if (this.#onDidAbort.listenerCount === 0) this.#signal.addEventListener('abort', this.#fire);
    const subscription = this.#onDidAbort.event(listener);
    return toDisposable(() => {
      subscription.dispose();
      if (this.#onDidAbort.listenerCount === 0) this.#signal.removeEventListener('abort', this.#fire);
    });
  }

  readonly #fire = (): void => this.#onDidAbort.fire();
}

const waitingFor = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls a listener when a signal aborts; never if it has aborted already. However many wait for it, the signal has one
 * listener: Node warns of a leak when there are more than ten.
 */
export function onAbort(signal: AbortSignal, listener: () => void): Disposable {
  const waiting = waitingFor.get(signal) ?? new Waiting(signal);
  waitingFor.set(signal, waiting);
  return waiting.add(listener);
}
