import { createSeededRandom, deepFreeze } from '@eloquence/base';
import type { LinkState } from '@eloquence/plugin-api';

/** Conditions of a good link; what a rule is about is overridden. */
export function someConditions(overrides: Partial<LinkState> = {}): LinkState {
  return deepFreeze({
    receiver: 'listener',
    attributes: {},
    atMs: 1000,
    reports: 10,
    smoothedRttMs: 40,
    rttVariationMs: 4,
    minRttMs: 36,
    owdVariationMs: 2,
    isQueueing: false,
    owdTrendMsPerSecond: 0,
    pdvP95Ms: 5,
    lossPercent: 0,
    lossPackets: 200,
    burstMs: 0,
    rateP20BytesPerSecond: 90_000,
    rateMaxBytesPerSecond: 120_000,
    requiredBytesPerSecond: 3200,
    batchBytes: 1000,
    freshBytes: 20_000,
    deliveryMs: 30,
    bufferAheadMs: 4000,
    unackedForMs: 0,
    stalls: 0,
    stalledMs: 0,
    reportAgeMs: 100,
    isOutage: false,
    worsening: [],
    ...overrides,
  });
}

/** A link that carries less than speech needs, late and with losses. */
export const poorLink: Partial<LinkState> = {
  smoothedRttMs: 900,
  rttVariationMs: 300,
  minRttMs: 300,
  owdVariationMs: 600,
  owdTrendMsPerSecond: 120,
  pdvP95Ms: 500,
  lossPercent: 20,
  burstMs: 200,
  rateP20BytesPerSecond: 1500,
  rateMaxBytesPerSecond: 2500,
  capacityBytesPerSecond: 2000,
  deliveryMs: 1200,
  bufferAheadMs: 0,
  stalls: 3,
  stalledMs: 1500,
  reportAgeMs: 700,
};

/** Reports of one link, every 200 ms, with a little noise. The same seed gives the same reports. */
export function observationsOf(
  link: Partial<LinkState>,
  count: number,
  seed = 1,
  fromMs = 0,
): readonly LinkState[] {
  const random = createSeededRandom(seed);
  const base = someConditions(link);
  return Array.from({ length: count }, (_, index) => {
    const noise = 0.95 + 0.1 * random.next();
    return someConditions({
      ...link,
      atMs: fromMs + index * 200,
      reports: index + 1,
      smoothedRttMs: base.smoothedRttMs * noise,
      deliveryMs: base.deliveryMs * noise,
      rateP20BytesPerSecond: base.rateP20BytesPerSecond * noise,
      stalls: base.stalls === 0 ? 0 : index,
      stalledMs: base.stalledMs === 0 ? 0 : index * 150,
    });
  });
}

/** Reports at the limits of what may be reported. */
export const extremeLinks: readonly Partial<LinkState>[] = [
  { reports: 0, lossPackets: 0, rateP20BytesPerSecond: 0, rateMaxBytesPerSecond: 0, freshBytes: 0 },
  { smoothedRttMs: 0, rttVariationMs: 0, minRttMs: 0, deliveryMs: 0, batchBytes: 0, reportAgeMs: 0 },
  { requiredBytesPerSecond: 0, bufferAheadMs: 0 },
  { bufferAheadMs: 3_600_000, rateMaxBytesPerSecond: 1e9, capacityBytesPerSecond: 1e9 },
  { smoothedRttMs: 60_000, rttVariationMs: 60_000, deliveryMs: 120_000, pdvP95Ms: 60_000 },
  { lossPercent: 100, burstMs: 60_000, isOutage: true, reportAgeMs: 60_000, worsening: ['loss', 'silence'] },
];
