const windowMs = 500;
const minSpanMs = 20;
const maxArrivals = 256;

/** Payload bytes per second over the last half second. */
export class DeliveryRate {
  readonly #atMs = new Float64Array(maxArrivals);
  readonly #bytes = new Float64Array(maxArrivals);
  #first = 0;
  #end = 0;
  #windowBytes = 0;

  add(payloadBytes: number, atMs: number): void {
    this.#forget(atMs);
    if (this.#end - this.#first === maxArrivals) this.#dropFirst();
    const slot = this.#end++ % maxArrivals;
    this.#atMs[slot] = atMs;
    this.#bytes[slot] = payloadBytes;
    this.#windowBytes += payloadBytes;
  }

  /**
   * Bytes that came after the oldest packet of the window, over the time since that packet. 0 if unknown: the
   * first packet alone says nothing about a rate.
   */
  bytesPerSecond(nowMs: number): number {
    this.#forget(nowMs);
    if (this.#end - this.#first < 2) return 0;
    const oldest = this.#first % maxArrivals;
    const spanMs = Math.max(minSpanMs, nowMs - this.#atMs[oldest]!);
    return ((this.#windowBytes - this.#bytes[oldest]!) * 1000) / spanMs;
  }

  #forget(nowMs: number): void {
    while (this.#first < this.#end && this.#atMs[this.#first % maxArrivals]! < nowMs - windowMs)
      this.#dropFirst();
  }

  #dropFirst(): void {
    this.#windowBytes -= this.#bytes[this.#first++ % maxArrivals]!;
  }
}
