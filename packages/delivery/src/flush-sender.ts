import { type Clock, type Disposable, DisposableStore } from '@eloquence/plugin-api';
import { encodeFlushPacket } from '@eloquence/wire';

/** When the repeats of a FLUSH go out, ms after the first. */
const repeatsMs = [20, 60] as const;

/** Tells every receiver to forget an utterance and all before it: on both channels, and repeatedly. */
export class FlushSender implements Disposable {
  readonly #clock: Clock;
  readonly #channel: number;
  readonly #send: (bytes: Uint8Array, isReliable: boolean) => void;
  readonly #timers = new DisposableStore();

  constructor(clock: Clock, channel: number, send: (bytes: Uint8Array, isReliable: boolean) => void) {
    this.#clock = clock;
    this.#channel = channel;
    this.#send = send;
  }

  send(generation: number): void {
    const bytes = encodeFlushPacket({ type: 'flush', channel: this.#channel, generation });
    this.#send(bytes, false);
    this.#send(bytes, true);
    for (const delayMs of repeatsMs) {
      const timer: Disposable = this.#clock.setTimer(() => {
        this.#timers.delete(timer);
        this.#send(bytes, false);
      }, delayMs);
      this.#timers.add(timer);
    }
  }

  dispose(): void {
    this.#timers.dispose();
  }
}
