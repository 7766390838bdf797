import type { LaneReport } from '@eloquence/plugin-api';

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
