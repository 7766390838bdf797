import type { Forecast, LinkState } from '@eloquence/plugin-api';

/** How long a link that has gone silent stays so on average, ms. */
const meanOutageMs = 700;
/** 95th percentile of the normal distribution. */
const z95 = 1.645;

/**
 * Probability that playout stalls within 1–5 s: the lead then, at the rate at which the link fills it, against the
 * spread of the delivery time. A link that has gone silent drains the lead until it comes back.
 */
export function stallProbability(
  conditions: LinkState,
  deliveryMs: Forecast['deliveryMs'],
  capacityBytesPerSecond: number | undefined,
): Forecast['stallProbability'] {
  const { bufferAheadMs, requiredBytesPerSecond, isOutage, smoothedRttMs } = conditions;
  const fill =
    capacityBytesPerSecond === undefined
      ? 0
      : Math.min(0, capacityBytesPerSecond / requiredBytesPerSecond - 1);
  const lateMs = Math.max(0, deliveryMs.p50 - conditions.minRttMs / 2);
  const spreadMs = Math.max(5, (deliveryMs.p95 - deliveryMs.p50) / z95);
  const within = (seconds: number): number => {
    const leftMs = bufferAheadMs + fill * 1000 * seconds - lateMs;
    const byDelay = normalTail(leftMs / spreadMs);
    if (!isOutage) return byDelay;
    // Silent for longer than the lead lasts, the repeat included: then it stalls.
    const neededMs = Math.max(0, bufferAheadMs - smoothedRttMs);
    const byOutage = neededMs > 1000 * seconds ? 0 : Math.exp(-neededMs / meanOutageMs);
    return Math.max(byDelay, byOutage);
  };
  return [within(1), within(2), within(3), within(4), within(5)];
}

/** P(Z > z) for a standard normal Z, by a logistic curve: right to 0.01 (Bowling et al. 2009). */
function normalTail(z: number): number {
  if (z > 8) return 0;
  if (z < -8) return 1;
  return 1 / (1 + Math.exp(0.07056 * z ** 3 + 1.5976 * z));
}
