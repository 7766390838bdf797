import type { LaneReport } from '@eloquence/plugin-api';

/** A piece of the source: when it was handed over, and where its audio begins. Both count from the first piece, ms. */
export interface SourcePiece {
  readonly atMs: number;
  readonly startMs: number;
}

export interface IdealDelivery {
  readonly pieces: readonly SourcePiece[];
  /** Encoded bytes of the audio from position `startMs` to the end. */
  bytesFrom(startMs: number): number;
  /** Capacity of the link, bytes per second; `Infinity` if unknown or unlimited. */
  readonly linkRateBytesPerSecond: number;
  readonly oneWayDelayMs: number;
}

/**
 * Delivery time over a perfect pipe that is fed by the same source: the latest, over all pieces, of the time at
 * which the piece was there plus the time that the link needs for it and all that follows; plus the one-way delay.
 */
export function idealDeliveryMs(delivery: IdealDelivery): number {
  let latestMs = 0;
  for (const piece of delivery.pieces) {
    const transferMs = (1000 * delivery.bytesFrom(piece.startMs)) / delivery.linkRateBytesPerSecond;
    latestMs = Math.max(latestMs, piece.atMs + transferMs);
  }
  return latestMs + delivery.oneWayDelayMs;
}

/** Delivery efficiency, %: 100 · ideal / actual delivery time. */
export function deliveryEfficiencyPercent(idealMs: number, actualMs: number): number {
  return actualMs > 0 ? Math.min(100, (100 * idealMs) / actualMs) : 100;
}

/** What the reports of one utterance say of the link, condensed for its metrics. */
export class LinkSummary {
  #minRttMs = Number.POSITIVE_INFINITY;
  #maxDeliveryRate = 0;

  /** 0 before the first report. */
  get minRttMs(): number {
    return Number.isFinite(this.#minRttMs) ? this.#minRttMs : 0;
  }

  /** 0 before the first report that carried a rate. */
  get maxDeliveryRateBytesPerSecond(): number {
    return this.#maxDeliveryRate;
  }

  add(report: LaneReport): void {
    this.#minRttMs = Math.min(this.#minRttMs, report.minRttMs);
    this.#maxDeliveryRate = Math.max(this.#maxDeliveryRate, report.deliveryRateBytesPerSecond);
  }
}
