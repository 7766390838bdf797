import { delay } from '@eloquence/base';
import type { Clock, Disposable } from '@eloquence/plugin-api';
import type { PacketSender } from './packet-sender.js';

/**
 * Waits before the lossy repeats of a greeting, ms, each counted from when the one before was taken. The first come
 * closely: what opens a data channel is sent again by SCTP after a second or more, unless packets behind it show at
 * once that it is missing.
 */
const repeatsAfterMs: readonly number[] = [
  50, 50, 50, 50, 50, 50, 100, 100, 100, 200, 200, 200, 500, 500, 500, 1000, 1000, 1000,
];

/**
 * Tells everybody that somebody listens: reliably, and again over the lossy channel until a sender is heard. On a bad
 * link a greeting that waits for SCTP to repeat it comes seconds late.
 */
export class HelloRetransmitter implements Disposable {
  readonly #clock: Clock;
  readonly #sender: PacketSender;
  #repeats = new AbortController();

  constructor(clock: Clock, sender: PacketSender) {
    this.#clock = clock;
    this.#sender = sender;
  }

  /** Greets these participants, or everybody if `to` is absent; repeats of an earlier greeting end. */
  greet(packet: Uint8Array, to?: readonly string[]): void {
    this.#repeats.abort();
    this.#repeats = new AbortController();
    void this.#say(packet, to, this.#repeats.signal);
  }

  /** A sender speaks or asks, so the way is open in both directions, or it will ask again. */
  noteHeard(): void {
    this.#repeats.abort();
  }

  dispose(): void {
    this.#repeats.abort();
  }

  async #say(packet: Uint8Array, to: readonly string[] | undefined, signal: AbortSignal): Promise<void> {
    await this.#sender.attempt(packet, true, to);
    for (const afterMs of repeatsAfterMs) {
      const isOver = await delay(this.#clock, afterMs, signal).then(
        () => false,
        () => true,
      );
      if (isOver) return;
      await this.#sender.attempt(packet, false, to);
    }
  }
}
