/** Smoothed round-trip time after RFC 6298, section 2, with the gains 1/8 and 1/4. */
export class RttEstimator {
  #smoothedMs: number | undefined;
  #variationMs = 0;
  #minMs = Number.POSITIVE_INFINITY;

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

  /** Least sample seen, ms; the smoothed value's default before the first sample. */
  get minMs(): number {
    return this.#smoothedMs === undefined ? 100 : this.#minMs;
  }

  add(sampleMs: number): void {
    if (!(sampleMs >= 0) || sampleMs > 30_000) return;
    this.#minMs = Math.min(this.#minMs, sampleMs);
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
