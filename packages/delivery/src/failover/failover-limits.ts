/** When the data lane counts as dead, and is left for the media lane. */
export interface FailoverLimits {
  /** All receivers have been silent for this long, ms, … */
  readonly silentAfterMs: number;
  /** …beside so many round trips, … */
  readonly silentAfterRtts: number;
  /** …and what they are known to hold lasts less than this, ms: with more, they can wait and see. */
  readonly reserveMs: number;
}

/** Each value is justified by the sweep in docs/benchmarks/notebook.md, section "Fail-over". */
export const productionFailover: FailoverLimits = {
  silentAfterMs: 1000,
  silentAfterRtts: 6,
  reserveMs: 600,
};
