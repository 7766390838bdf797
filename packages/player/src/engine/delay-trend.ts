const maxSamples = 40;

/** Slope of the one-way delay over the last 40 samples, by the median of the slopes of all pairs (Theil–Sen). */
export class DelayTrend {
  readonly #samples: { readonly atMs: number; readonly delayMs: number }[] = [];

  add(atMs: number, delayMs: number): void {
    this.#samples.push({ atMs, delayMs });
    if (this.#samples.length > maxSamples) this.#samples.shift();
  }

  /** ms of delay per second; 0 with less than three samples. */
  get msPerSecond(): number {
    const count = this.#samples.length;
    if (count < 3) return 0;
    const slopes: number[] = [];
    for (let right = 1; right < count; right++)
      for (let left = 0; left < right; left++) {
        const [from, to] = [this.#samples[left]!, this.#samples[right]!];
        if (to.atMs > from.atMs) slopes.push((to.delayMs - from.delayMs) / (to.atMs - from.atMs));
      }
    slopes.sort((a, b) => a - b);
    return 1000 * (slopes[slopes.length >> 1] ?? 0);
  }
}
