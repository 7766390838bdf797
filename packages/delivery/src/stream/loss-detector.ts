import type { RttEstimator } from '@eloquence/link';
import type { ReportPacket } from '@eloquence/wire';
import { type Arrivals, isReported, lastTold, latestArrivedSendTimeMs } from './arrivals.js';
import type { RecoveryTuning } from './recovery-tuning.js';
import type { SentPacket, SentPacketMap } from './sent-packet-map.js';

/** Packets may overtake each other by so much without one being taken for lost, ms. */
const reorderingMs = 10;

/**
 * Finds the packets that are lost, and those of them that are to be sent again now.
 *
 * Lost is what lies below something that arrived, since packets rarely overtake each other, and what was sent before
 * something that arrived (RACK, RFC 8985 section 3.1). What a report cannot tell, beyond the end of its bitmap, waits
 * for the next one.
 */
export class LossDetector {
  readonly #rtt: RttEstimator;
  readonly #tuning: RecoveryTuning;
  /** When the latest packet that is known to have arrived was sent. */
  #overtakenBeforeMs = Number.NEGATIVE_INFINITY;
  #packetsResolved = 0;
  #packetsLost = 0;

  constructor(rtt: RttEstimator, tuning: RecoveryTuning) {
    this.#rtt = rtt;
    this.#tuning = tuning;
  }

  /** Packets of which it is known whether the first attempt arrived. */
  get packetsResolved(): number {
    return this.#packetsResolved;
  }

  /** Packets whose first attempt did not arrive. */
  get packetsLost(): number {
    return this.#packetsLost;
  }

  noteAcknowledged(sent: SentPacket): void {
    if (!sent.isLost && !sent.isAmbiguous) this.#packetsResolved++;
  }

  noteReport(report: ReportPacket, nowMs: number): void {
    this.#overtakenBeforeMs = Math.max(this.#overtakenBeforeMs, latestArrivedSendTimeMs(report, nowMs));
  }

  /**
   * Packets that are to be sent again now: lost for the first time, or lost again after their last transmission had the
   * time to be reported.
   *
   * @param below packets below this sequence number are missing if they have not arrived
   */
  dueForRetransmission(
    packets: SentPacketMap,
    arrivals: Arrivals,
    below: number,
    nowMs: number,
  ): readonly SentPacket[] {
    const due: SentPacket[] = [];
    for (const sent of packets.unacknowledged(lastTold(arrivals))) {
      const { sequence } = sent.packet;
      if (isReported(arrivals, sequence)) continue;
      const isOvertaken = sent.lastSentAtMs < this.#overtakenBeforeMs - reorderingMs;
      if (!isOvertaken && sequence > below) continue;
      this.#noteLost(sent);
      if (this.#isDue(sent, isOvertaken, nowMs)) due.push(sent);
    }
    return due;
  }

  #isDue(sent: SentPacket, isOvertaken: boolean, nowMs: number): boolean {
    const { firstRetransmitRtts, retransmitRtts, retransmitSlackMs } = this.#tuning;
    const { smoothedMs } = this.#rtt;
    const sinceMs = nowMs - sent.lastSentAtMs;
    if (sent.transmissions === 1) return sinceMs >= firstRetransmitRtts * smoothedMs;
    return isOvertaken || sinceMs >= retransmitRtts * smoothedMs + retransmitSlackMs;
  }

  #noteLost(sent: SentPacket): void {
    if (sent.isLost || sent.isAmbiguous) return;
    sent.isLost = true;
    this.#packetsResolved++;
    this.#packetsLost++;
  }
}
