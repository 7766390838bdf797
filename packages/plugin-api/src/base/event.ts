import { type Disposable, toDisposable } from './disposable.js';

/** Subscribes a listener; the returned disposable ends the subscription. */
export type Event<T> = (listener: (event: T) => void) => Disposable;

/** An event that never happens. */
export const noEvent: Event<never> = () => toDisposable(() => undefined);

/** What to do with the exception of a listener. */
export type ListenerErrorHandler = (error: unknown) => void;

/**
 * Source of an {@link Event}. A throwing listener neither stops the other listeners nor the one who fires:
 * its error goes to `onListenerError`, and is counted in `listenerErrors`.
 */
export class Emitter<T> implements Disposable {
  #subscriptions: ReadonlyArray<{ readonly listener: (event: T) => void }> = [];
  #isDisposed = false;
  #listenerErrors = 0;
  readonly #onListenerError: ListenerErrorHandler | undefined;

  constructor(onListenerError?: ListenerErrorHandler) {
    this.#onListenerError = onListenerError;
  }

  get listenerCount(): number {
    return this.#subscriptions.length;
  }

  get listenerErrors(): number {
    return this.#listenerErrors;
  }

  readonly event: Event<T> = (listener) => {
    if (this.#isDisposed) return toDisposable(() => undefined);
    // An object per subscription, so that subscribing one function twice gives two subscriptions.
    const subscription = { listener };
    this.#subscriptions = [...this.#subscriptions, subscription];
    return toDisposable(() => {
      this.#subscriptions = this.#subscriptions.filter((other) => other !== subscription);
    });
  };

  /** Calls every listener, in the order in which they subscribed. Never throws. */
  fire(event: T): void {
    for (const { listener } of this.#subscriptions) {
      try {
        listener(event);
      } catch (error) {
        this.#listenerErrors++;
        this.#onListenerError?.(error);
      }
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#subscriptions = [];
  }
}
