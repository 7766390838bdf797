import { unwrapSerial } from '@eloquence/wire';

const bucketMs = 2000;
const bucketCount = 15;
const historySize = 64;
/**
 * The first packets of a stream meet cold code and cold paths on both sides: tens of milliseconds that say nothing of the
 * link. They count only until so many others have come.
 */
const coldSamples = 10;
const warmSamples = 20;

/**
 * How much longer than the fastest packet of the last 30 s a packet was on its way. The clocks of both sides need
 * not agree: their offset cancels, and their drift is forgotten with the window.
 */
export class DelayVariation {
  /** Least transit time (with the unknown offset) per bucket of time. */
  readonly #minima = new Float64Array(bucketCount).fill(Infinity);
  readonly #history = new Float64Array(historySize);
  #samples = 0;
  #isWarm = false;
  #bucket = 0;
  #lastSendMs: number | undefined;
  #lastArrivalMs = 0;
  #lastMs = 0;

  /** Delay of the last packet above the least seen, ms. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Send time of the last packet as a full count, ms. */
  get lastSendMs(): number {
    return this.#lastSendMs ?? 0;
  }

  /** Notes an arrival; `sendTimeMs` is modulo 65 536. */
  add(sendTimeMs: number, arrivalMs: number): void {
    const sendMs =
      this.#lastSendMs === undefined
        ? sendTimeMs
        : unwrapSerial(sendTimeMs, Math.round(this.#lastSendMs + (arrivalMs - this.#lastArrivalMs)));
    this.#lastSendMs = sendMs;
    this.#lastArrivalMs = arrivalMs;
    const transitMs = arrivalMs - sendMs;
    this.#moveTo(Math.floor(arrivalMs / bucketMs));
    const slot = this.#bucket % bucketCount;
    this.#minima[slot] = Math.min(this.#minima[slot]!, transitMs);
    this.#lastMs = transitMs - this.#minima.reduce((least, value) => Math.min(least, value), Infinity);
    this.#history[this.#samples++ % historySize] = this.#lastMs;
    if (!this.#isWarm && this.#samples === coldSamples + warmSamples) this.#forgetCold();
  }

  /**
   * 95th percentile of the last 64 values, ms, without the first ten of the stream once there are twenty others; 0
   * before the first. Sorts: not for every packet.
   */
  pdvP95Ms(): number {
    const count = Math.min(this.#samples, historySize);
    if (count === 0) return 0;
    const sorted = this.#history.slice(0, count).sort();
    return sorted[Math.min(count - 1, Math.ceil(0.95 * count) - 1)]!;
  }

  #forgetCold(): void {
    this.#isWarm = true;
    this.#history.copyWithin(0, coldSamples, this.#samples);
    this.#samples -= coldSamples;
  }

  #moveTo(bucket: number): void {
    if (bucket <= this.#bucket) return;
    const steps = Math.min(bucketCount, bucket - this.#bucket);
    for (let step = 0; step < steps; step++) this.#minima[(bucket - step) % bucketCount] = Infinity;
    this.#bucket = bucket;
  }
}
