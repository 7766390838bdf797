/** Samples that wait to be sounded, at the reading end. Positions count samples and wrap at 2³². */
export interface SampleSource {
  /** Samples that can be read. */
  readonly available: number;
  /** Samples read or dropped so far. */
  readonly position: number;
  /** Copies up to `count` samples to the beginning of `into`; returns how many. */
  read(into: Float32Array, count: number): number;
  /** Drops up to `count` samples. */
  skip(count: number): void;
}
