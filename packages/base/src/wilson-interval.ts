/** Two shares, 0 … 1. */
export interface ShareInterval {
  readonly low: number;
  readonly high: number;
}

/**
 * What is believable of a proportion after so many trials: its score interval, which also holds for few trials and for
 * shares of 0 and 1.
 *
 * Source: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, Journal of the American
 * Statistical Association 22 (1927).
 *
 * @param share 0 … 1, as it was seen
 * @param trials how many there were; without any, everything is believable
 * @param deviations width of the interval to either side, in standard deviations: 1.96 for 95 % between both ends
 */
export function wilsonInterval(share: number, trials: number, deviations: number): ShareInterval {
  if (trials <= 0) return { low: 0, high: 1 };
  const square = deviations ** 2 / trials;
  const centre = share + square / 2;
  const spread = deviations * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials));
  return {
    low: share === 0 ? 0 : Math.max(0, (centre - spread) / (1 + square)),
    high: share === 1 ? 1 : Math.min(1, (centre + spread) / (1 + square)),
  };
}
