import type { SentPacket, SentPacketMap } from './sent-packet-map.js';
import type { Transmitter } from './transmitter.js';

/** Sends packets again that were sent before, and counts them. */
export class Retransmitter {
  readonly #transmitter: Transmitter;
  #packetsRetransmitted = 0;

  constructor(transmitter: Transmitter) {
    this.#transmitter = transmitter;
  }

  get packetsRetransmitted(): number {
    return this.#packetsRetransmitted;
  }

  /** Sends packets again that are known to be lost. */
  retransmit(lost: Iterable<SentPacket>, nowMs: number): void {
    for (const sent of lost) {
      this.#packetsRetransmitted++;
      sent.transmissions++;
      sent.lastSentAtMs = nowMs;
      this.#transmitter.retransmit(sent.packet, nowMs);
    }
  }

  /** Sends a packet again of which nothing is known. */
  retransmitUnheard(sent: SentPacket, nowMs: number): void {
    sent.isAmbiguous ||= !sent.isLost;
    this.retransmit([sent], nowMs);
  }

  /** After a broken connection: everything in flight is taken for lost. */
  retransmitAll(packets: SentPacketMap, nowMs: number): void {
    for (const sent of packets.unacknowledged()) this.retransmitUnheard(sent, nowMs);
  }
}
