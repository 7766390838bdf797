import { pushBounded, quantile } from '@eloquence/base';

const samplesKept = 8;
/** Reports in a row that must show a queue before their rate is taken for the link's. */
const queueingReports = 4;
/** …and over how long, ms, and round trips: one late packet, or a repeated one, delays all that are behind it. */
const queueingMs = 150;
const queueingRtts = 1;
/**
 * So much longer a queue must stand whose rate is far below what got through lately: after an outage, repeats and
 * probes fill the link for a while, and little of what arrives is new.
 */
const doubtFactor = 3;
/**
 * After so much sending without a queue, an old limit says nothing any more, ms. Each time that the same limit is found again,
 * it is believed for twice as long, up to the second figure: a narrow link whose stream was fitted to it has no queue.
 */
const forgetAfterMs = 20_000;
const forgetAfterMostMs = 160_000;
/** Between reports further apart than this nothing was sent, ms. */
const longestGapMs = 1000;
/** Reports in a row, and over how long, ms, that must show more than the limit, without a queue, to be believed. */
const exceedingReports = 3;
const exceedingMs = 500;
/** A new limit so far below the old one is a change of the link. */
const dropFactor = 0.6;

export interface RateSample {
  readonly atMs: number;
  readonly rateBytesPerSecond: number;
  readonly owdVariationMs: number;
  readonly minRttMs: number;
  /** The most that got through in the last while, bytes per second; 0 if unknown. */
  readonly rateMaxBytesPerSecond?: number;
}

/** Queueing delay above which a link counts as full, ms: half a round trip, at least 40 ms. */
export function queueThresholdMs(minRttMs: number): number {
  return Math.max(40, minRttMs / 2);
}

/**
 * What the link can carry. A source of speech is nearly always slower than the link, and then the rate at which audio
 * arrives is the source's own. Only while a queue stands in front of the link, which shows in the one-way delay, is
 * the rate the link's.
 */
export class CapacityEstimator {
  readonly #limited: number[] = [];
  readonly #exceeding: number[] = [];
  #exceedingSinceMs = 0;
  #lastAtMs = 0;
  #queueingInRow = 0;
  #queueingSinceMs = 0;
  #limitedAtMs = 0;
  #forgetAfterMs = forgetAfterMs;
  /** The limit that was believed in before it was forgotten. */
  #forgotten: number | undefined;

  /** Median of the last rates seen under a queue, or more where that got through; `undefined` while no limit has shown. */
  get bytesPerSecond(): number | undefined {
    return this.#limited.length === 0 ? undefined : quantile(this.#limited, 0.5);
  }

  /** Takes a report's figures; true if the capacity dropped. */
  add(sample: RateSample): boolean {
    if (sample.rateBytesPerSecond <= 0) return false;
    // Pauses prove nothing.
    const gapMs = sample.atMs - this.#lastAtMs;
    if (gapMs > longestGapMs) this.#limitedAtMs += gapMs;
    this.#lastAtMs = sample.atMs;
    const isQueueing = sample.owdVariationMs > queueThresholdMs(sample.minRttMs);
    this.#queueingInRow = isQueueing ? this.#queueingInRow + 1 : 0;
    if (this.#queueingInRow === 1) this.#queueingSinceMs = sample.atMs;
    const known = this.bytesPerSecond;
    const isBelowUsual = sample.rateBytesPerSecond < dropFactor * (sample.rateMaxBytesPerSecond ?? 0);
    const leastMs = (isBelowUsual ? doubtFactor : 1) * Math.max(queueingMs, queueingRtts * sample.minRttMs);
    const isFull = this.#queueingInRow >= queueingReports && sample.atMs - this.#queueingSinceMs >= leastMs;
    if (isQueueing || sample.rateBytesPerSecond <= (known ?? 0)) this.#exceeding.length = 0;
    if (isFull) return this.#addLimited(sample, known);
    if (known === undefined) return false;
    if (isQueueing) return false;
    if (sample.rateBytesPerSecond > known) this.#exceed(sample);
    else if (sample.atMs - this.#limitedAtMs > this.#forgetAfterMs) this.#forget(known);
    return false;
  }

  #addLimited(sample: RateSample, known: number | undefined): boolean {
    this.#limitedAtMs = sample.atMs;
    const isDrop = known !== undefined && sample.rateBytesPerSecond < dropFactor * known;
    if (isDrop) this.#limited.length = 0;
    if (isDrop || known === undefined) this.#find(sample.rateBytesPerSecond);
    pushBounded(this.#limited, sample.rateBytesPerSecond, samplesKept);
    return isDrop;
  }

  #find(rateBytesPerSecond: number): void {
    const isSame =
      this.#forgotten !== undefined &&
      rateBytesPerSecond >= dropFactor * this.#forgotten &&
      rateBytesPerSecond <= this.#forgotten / dropFactor;
    this.#forgetAfterMs = isSame ? Math.min(forgetAfterMostMs, 2 * this.#forgetAfterMs) : forgetAfterMs;
    this.#forgotten = undefined;
  }

  #forget(known: number): void {
    this.#forgotten = known;
    this.#limited.length = 0;
  }

  /** More gets through than the limit allows: the least of some such rates in a row, as what waited comes all at once. */
  #exceed({ rateBytesPerSecond, atMs }: RateSample): void {
    if (this.#exceeding.length === 0) this.#exceedingSinceMs = atMs;
    pushBounded(this.#exceeding, rateBytesPerSecond, samplesKept);
    if (this.#exceeding.length < exceedingReports || atMs - this.#exceedingSinceMs < exceedingMs) return;
    this.#limited.length = 0;
    this.#limited.push(Math.min(...this.#exceeding));
    this.#limitedAtMs = atMs;
    this.#exceeding.length = 0;
    this.#forgetAfterMs = forgetAfterMs;
    this.#forgotten = undefined;
  }
}
