import { queueThresholdMs } from '@eloquence/link';

/** Bytes of one full packet, as the window counts them. */
const packetBytes = 1100;
const maxWindowBytes = 65_536;
const leastWindowBytes = 2 * packetBytes;
/**
 * A queue does not make the window smaller than this, bytes. At 48 kbit/s and 400 ms the first acknowledgement comes
 * 750 ms after the first packet, by which time 3.2 kB of audio could have been sent: with two packets such a link
 * stands still for half of that time, and takes 11 % longer for 6 s of speech (simulated, link D, n 480).
 */
const leastQueueingBytes = 3 * packetBytes;

/** What a report tells the window. */
export interface WindowEvidence {
  /** Bytes newly acknowledged. */
  readonly acknowledgedBytes: number;
  /** Bytes in flight before this acknowledgement. */
  readonly inFlightBytes: number;
  /** Payload arriving at the receiver, bytes per second; 0 if unknown. */
  readonly deliveryRateBytesPerSecond: number;
  readonly owdVariationMs: number;
  readonly minRttMs: number;
}

/**
 * How much may be unacknowledged: enough to fill the link, not so much that a queue builds up behind which a
 * barge-in would wait.
 *
 * While no queue shows in the one-way delay, the window grows by what is acknowledged (it doubles each round trip),
 * as long as it is used. When a queue shows, the delivery rate is the link's rate, and the window becomes that rate
 * times the least round-trip time times the profile's factor. A source slower than the link never gets here, so
 * its own low rate is not mistaken for the link's.
 */
export class CongestionWindow {
  #bytes: number;
  #bytesInFlight = 0;

  constructor(initialPackets: number) {
    this.#bytes = clamp(initialPackets * packetBytes, leastWindowBytes, maxWindowBytes);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes sent and not acknowledged, over all utterances to the receiver. */
  get bytesInFlight(): number {
    return this.#bytesInFlight;
  }

  /** Whether a packet may be sent. One always may, or a packet larger than the window would wait for ever. */
  admits(packetBytes: number): boolean {
    return this.#bytesInFlight <= 0 || this.#bytesInFlight + packetBytes <= this.#bytes;
  }

  noteSent(packetBytes: number): void {
    this.#bytesInFlight += packetBytes;
  }

  /** Bytes that were acknowledged, or will not be waited for any more. */
  release(bytes: number): void {
    this.#bytesInFlight -= bytes;
  }

  update(evidence: WindowEvidence, cwndGain: number): void {
    const isQueueing = evidence.owdVariationMs > queueThresholdMs(evidence.minRttMs);
    if (isQueueing && evidence.deliveryRateBytesPerSecond > 0) {
      const productBytes = (evidence.deliveryRateBytesPerSecond * evidence.minRttMs) / 1000;
      this.#bytes = clamp(cwndGain * productBytes, leastQueueingBytes, maxWindowBytes);
      return;
    }
    const isUsed = evidence.inFlightBytes >= this.#bytes / 2;
    if (isUsed && !isQueueing)
      this.#bytes = Math.min(maxWindowBytes, this.#bytes + evidence.acknowledgedBytes);
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
