/** One-sided 93 %. */
const z = 1.5;

/**
 * Lower end of the Wilson interval of a proportion (Wilson 1927): the share that is still believable when the sample
 * is small.
 */
export function wilsonLow(share: number, count: number): number {
  if (count <= 0) return 0;
  const square = (z * z) / count;
  const centre = share + square / 2;
  const spread = z * Math.sqrt((share * (1 - share)) / count + square / (4 * count));
  return Math.max(0, (centre - spread) / (1 + square));
}
