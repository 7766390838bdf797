import { AbsoluteDeviationBaseline, Cusum } from '@eloquence/base';

/** Arrivals are judged in bins of this length, ms. */
const binMs = 50;
/** Idle longer than this, the packets of the next bin say nothing of how the ones before got on, ms. */
const longestPauseMs = 1000;
const fast = { slack: 1, threshold: 4 };

/** One packet, as the alarm sees it. */
export interface Arrival {
  readonly nowMs: number;
  /** Sender's clock, ms, modulo nothing: the differences count. */
  readonly sendMs: number;
  /** One-way delay above the least seen, ms. */
  readonly delayMs: number;
  /** Packets lost at their first attempt just before this one. */
  readonly lostBefore: number;
}

/**
 * Notices that a link became worse, from the arrivals of one stream, in bins of 50 ms: mean one-way delay, share of
 * packets lost, and how much longer packets took to arrive than to be sent (a link slower than the sender). A CUSUM
 * for each; slack 1 and threshold 4 find 3 deviations within some 200 ms and cry wolf less than twice a minute,
 * which is harmless: the sender only becomes more careful for a while. Constant size; no timer, the bin that fills is
 * judged with each packet.
 */
export class ArrivalAlarm {
  readonly #delay = new Cusum({ ...fast, baseline: new AbsoluteDeviationBaseline(8) });
  readonly #loss = new Cusum({ ...fast, baseline: new AbsoluteDeviationBaseline(0.12) });
  readonly #slowness = new Cusum({ ...fast, baseline: new AbsoluteDeviationBaseline(8) });
  #bin = -Infinity;
  #count = 0;
  #delaySumMs = 0;
  #lost = 0;
  #lastNowMs = -Infinity;
  #lastSendMs = 0;
  #lateMs = 0;
  #alarms = 0;
  #hasAlarmed = false;

  /** Alarms since the beginning. */
  get alarms(): number {
    return this.#alarms;
  }

  /** Takes in a packet. True if it raises an alarm, at most once a bin. */
  add(arrival: Arrival): boolean {
    const { nowMs, sendMs, delayMs, lostBefore } = arrival;
    const bin = Math.floor(nowMs / binMs);
    if (bin !== this.#bin) this.#closeBin(bin);
    const sincePacketMs = nowMs - this.#lastNowMs;
    if (sincePacketMs < longestPauseMs) this.#lateMs += sincePacketMs - (sendMs - this.#lastSendMs);
    this.#lastNowMs = nowMs;
    this.#lastSendMs = sendMs;
    this.#count++;
    this.#delaySumMs += delayMs;
    this.#lost += lostBefore;
    if (this.#hasAlarmed || !this.#isWorse()) return false;
    this.#hasAlarmed = true;
    this.#alarms++;
    return true;
  }

  #isWorse(): boolean {
    return (
      this.#delay.wouldAlarm(this.#delaySumMs / this.#count) ||
      this.#loss.wouldAlarm(this.#lossShare()) ||
      this.#slowness.wouldAlarm(this.#lateMs)
    );
  }

  #closeBin(next: number): void {
    if (this.#count > 0) {
      const delayMs = this.#delaySumMs / this.#count;
      const share = this.#lossShare();
      const isDelayChange = this.#delay.add(delayMs);
      this.#loss.add(share);
      this.#slowness.add(this.#lateMs);
      // One change is told once: the others would follow within a few bins.
      if (this.#hasAlarmed && !isDelayChange) this.#delay.restart(delayMs);
      if (this.#hasAlarmed) this.#slowness.restart(0);
    }
    this.#bin = next;
    this.#count = 0;
    this.#delaySumMs = 0;
    this.#lost = 0;
    this.#lateMs = 0;
    this.#hasAlarmed = false;
  }

  #lossShare(): number {
    return this.#lost / (this.#lost + this.#count);
  }
}
