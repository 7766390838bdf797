import { WindowedExtreme } from '@eloquence/base';

/** The least sample is of this time before the latest one, ms: after a hand-over the link before says nothing. */
const minWindowMs = 30_000;

/** Smoothed round-trip time after RFC 6298, section 2, with the gains 1/8 and 1/4. */
export class RttEstimator {
  readonly #least = new WindowedExtreme('least', minWindowMs);
  #smoothedMs: number | undefined;
  #variationMs = 0;
  #minMs = 100;

  /** False until the first sample. */
  get isKnown(): boolean {
    return this.#smoothedMs !== undefined;
  }

  /** Smoothed round-trip time, ms; 100 before the first sample. */
  get smoothedMs(): number {
    return this.#smoothedMs ?? 100;
  }

  /** Mean deviation, ms. */
  get variationMs(): number {
    return this.#smoothedMs === undefined ? 50 : this.#variationMs;
  }

  /** Least sample of the 30 s before the latest one, ms; the smoothed value's default before the first sample. */
  get minMs(): number {
    return this.#minMs;
  }

  add(sampleMs: number, nowMs: number): void {
    if (!(sampleMs >= 0) || sampleMs > 30_000) return;
    this.#least.add(sampleMs, nowMs);
    this.#minMs = this.#least.at(nowMs) ?? sampleMs;
    if (this.#smoothedMs === undefined) {
      this.#smoothedMs = sampleMs;
      this.#variationMs = sampleMs / 2;
      return;
    }
    this.#variationMs += (Math.abs(sampleMs - this.#smoothedMs) - this.#variationMs) / 4;
    this.#smoothedMs += (sampleMs - this.#smoothedMs) / 8;
  }

  /** How long a receiver that answers at once may stay silent before the packet or its answer counts as lost, ms. */
  get probeAfterMs(): number {
    return this.smoothedMs + Math.max(4 * this.variationMs, 0.2 * this.smoothedMs) + 15;
  }
}
