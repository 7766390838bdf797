import type { OutgoingPacket } from '../utterance/packetizer.js';

/** Packets that wait for the congestion window to let them out for the first time, oldest first. */
export class SendQueue {
  readonly #packets: OutgoingPacket[] = [];

  get length(): number {
    return this.#packets.length;
  }

  get first(): OutgoingPacket | undefined {
    return this.#packets[0];
  }

  /** Audio that waits, ms. */
  get durationMs(): number {
    const { first } = this;
    return first === undefined ? 0 : this.#packets.at(-1)!.endMs - first.startMs;
  }

  add(packet: OutgoingPacket): void {
    this.#packets.push(packet);
  }

  removeFirst(): void {
    this.#packets.shift();
  }
}
