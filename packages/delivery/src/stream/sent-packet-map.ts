import type { OutgoingPacket } from '../utterance/packetizer.js';
import { type Arrivals, isReported } from './arrivals.js';

/** One packet on its way to one receiver. */
export interface SentPacket {
  readonly packet: OutgoingPacket;
  transmissions: number;
  lastSentAtMs: number;
  isAcknowledged: boolean;
  /** The first attempt is known to be lost. */
  isLost: boolean;
  /** Sent again before anything was known of the first attempt: whether that arrived cannot be told any more. */
  isAmbiguous: boolean;
}

/** The packets that have been sent, from the oldest unacknowledged one on. Those before it are forgotten. */
export class SentPacketMap {
  #packets: SentPacket[] = [];
  /** Sequence number of the first entry: everything below has been acknowledged. */
  #base: number;
  #bytesInFlight = 0;

  /** @param base sequence number of the first packet */
  constructor(base: number) {
    this.#base = base;
  }

  get isEmpty(): boolean {
    return this.#packets.length === 0;
  }

  /** The packet that has waited longest for its acknowledgement. */
  get oldest(): SentPacket | undefined {
    return this.#packets[0];
  }

  /** Sequence number of the next packet to be added. */
  get nextSequence(): number {
    return this.#base + this.#packets.length;
  }

  /** Bytes of the packets that are not acknowledged, each counted once. */
  get bytesInFlight(): number {
    return this.#bytesInFlight;
  }

  /** Nothing that was sent before this time lacks its acknowledgement. */
  isAcknowledgedUpTo(atMs: number): boolean {
    const { oldest } = this;
    return oldest === undefined || (oldest.transmissions === 1 && oldest.lastSentAtMs > atMs);
  }

  /** Packets must be added in the order of their sequence numbers. */
  add(packet: OutgoingPacket, nowMs: number): SentPacket {
    const sent: SentPacket = {
      packet,
      transmissions: 1,
      lastSentAtMs: nowMs,
      isAcknowledged: false,
      isLost: false,
      isAmbiguous: false,
    };
    this.#packets.push(sent);
    this.#bytesInFlight += packet.bytes.length;
    return sent;
  }

  /** Packets without an acknowledgement up to sequence number `last`, oldest first. */
  *unacknowledged(last = Number.POSITIVE_INFINITY): Iterable<SentPacket> {
    for (const sent of this.#packets) {
      if (sent.packet.sequence > last) return;
      if (!sent.isAcknowledged) yield sent;
    }
  }

  /** Marks what a report says has arrived. Returns the packets that were not acknowledged before. */
  acknowledge(arrivals: Arrivals, highest: number): readonly SentPacket[] {
    const acknowledged: SentPacket[] = [];
    for (const sent of this.unacknowledged(highest)) {
      if (!isReported(arrivals, sent.packet.sequence)) continue;
      sent.isAcknowledged = true;
      this.#bytesInFlight -= sent.packet.bytes.length;
      acknowledged.push(sent);
    }
    let done = 0;
    while (this.#packets[done]?.isAcknowledged) done++;
    if (done > 0) this.#packets = this.#packets.slice(done);
    this.#base += done;
    return acknowledged;
  }
}
