import { PingHistory } from '../arrival/ping-history.js';

/** Pings that come closer together than this are answered by a pong alone, without a report, ms. */
const reportSpacingMs = 200;

/** What the pings of each sender tell; bounded. */
export class PingLog {
  readonly #senders = new Map<string, { readonly history: PingHistory; reportedAtMs: number }>();
  readonly #maxSenders: number;

  constructor(maxSenders: number) {
    this.#maxSenders = maxSenders;
  }

  /** Notes a ping: which of those before it arrived, and whether a report is worth its bytes. */
  note(sender: string, nonce: number, nowMs: number): { history: number; isReportDue: boolean } {
    let entry = this.#senders.get(sender);
    if (entry === undefined) {
      const [oldest] = this.#senders.keys();
      if (this.#senders.size >= this.#maxSenders) this.#senders.delete(oldest!);
      entry = { history: new PingHistory(), reportedAtMs: Number.NEGATIVE_INFINITY };
      this.#senders.set(sender, entry);
    }
    const isReportDue = nowMs - entry.reportedAtMs >= reportSpacingMs;
    if (isReportDue) entry.reportedAtMs = nowMs;
    return { history: entry.history.note(nonce), isReportDue };
  }
}
