import { pushBounded, theilSenSlope } from '@eloquence/base';

const maxSamples = 40;

/** Slope of the one-way delay over the last 40 samples, by the median of the slopes of all pairs (Theil–Sen). */
export class DelayTrend {
  readonly #samples: { readonly x: number; readonly y: number }[] = [];

  add(atMs: number, delayMs: number): void {
    pushBounded(this.#samples, { x: atMs, y: delayMs }, maxSamples);
  }

  /** ms of delay per second; 0 with less than three samples. */
  get msPerSecond(): number {
    return 1000 * theilSenSlope(this.#samples);
  }
}
