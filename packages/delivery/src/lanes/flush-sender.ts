import type { Clock, Disposable } from '@eloquence/plugin-api';
import { encodeFlushPacket } from '@eloquence/wire';
import { OwnedTimers } from '../owned-timers.js';

/** When the repeats of a FLUSH go out, ms after the first. */
const repeatsMs = [20, 60] as const;

/** Tells every receiver to forget an utterance and all before it: on both channels, and repeatedly. */
export class FlushSender implements Disposable {
  readonly #channel: number;
  readonly #send: (bytes: Uint8Array, isReliable: boolean) => void;
  readonly #timers: OwnedTimers;

  constructor(clock: Clock, channel: number, send: (bytes: Uint8Array, isReliable: boolean) => void) {
    this.#timers = new OwnedTimers(clock);
    this.#channel = channel;
    this.#send = send;
  }

  send(generation: number): void {
    const bytes = encodeFlushPacket({ type: 'flush', channel: this.#channel, generation });
    this.#send(bytes, false);
    this.#send(bytes, true);
    for (const delayMs of repeatsMs) this.#timers.after(delayMs, () => this.#send(bytes, false));
  }

  dispose(): void {
    this.#timers.dispose();
  }
}
