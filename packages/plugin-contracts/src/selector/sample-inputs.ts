import { createSeededRandom, deepFreeze } from '@eloquence/base';
import type { LinkState, ProfileChoice, Scenario, SelectionInput } from '@eloquence/plugin-api';
import { extremeLinks, poorLink, someConditions } from '../forecaster/sample-links.js';

/** The profiles that every installation has. */
export const someProfiles: readonly ProfileChoice[] = deepFreeze([
  { id: 'ULTRA_PERFORMANCE', bitrateBps: 24_000 },
  { id: 'BALANCED_OPTIMAL', bitrateBps: 24_000 },
  { id: 'HIGH_THROUGHPUT', bitrateBps: 32_000 },
  { id: 'EMERGENCY_FALLBACK', bitrateBps: 12_000 },
]);

/** A plausible input; what a rule is about is overridden. */
export function someInput(overrides: Partial<SelectionInput> = {}): SelectionInput {
  return deepFreeze({
    atMs: 1000,
    scenario: 'conversation',
    currentProfileId: 'BALANCED_OPTIMAL',
    profiles: someProfiles,
    receivers: [outlookOf({})],
    leadMs: 4000,
    memory: {},
    ...overrides,
  });
}

export function outlookOf(link: Partial<LinkState>): { readonly conditions: LinkState } {
  return { conditions: someConditions(link) };
}

/** A far receiver before its first report: all but the round trip are zeros, and the capacity is presumed. */
const presumedLink: Partial<LinkState> = Object.freeze({
  reports: 0,
  smoothedRttMs: 420,
  minRttMs: 420,
  lossPercent: 0,
  lossPackets: 0,
  jitterP95Ms: 0,
  rateP20BytesPerSecond: 0,
  rateMaxBytesPerSecond: 0,
  freshBytes: 0,
  capacityBytesPerSecond: 4000,
  isCapacityPresumed: true,
});

const scenarios: readonly Scenario[] = ['conversation', 'realtime', 'longform', 'degraded'];

/** Inputs of all sorts, each as it might be the first of a session. */
export function variedInputs(): readonly SelectionInput[] {
  return scenarios.flatMap((scenario) =>
    [{}, poorLink, presumedLink, ...extremeLinks].flatMap((link) =>
      someProfiles.map(({ id }) =>
        someInput({
          scenario,
          currentProfileId: id,
          receivers: [outlookOf(link)],
          leadMs: link.leadMs ?? 4000,
        }),
      ),
    ),
  );
}

/** One link for a long time: reports every 200 ms with a little noise. */
export function steadyLink(link: Partial<LinkState>, seed: number): (atMs: number) => SelectionInput {
  const random = createSeededRandom(seed);
  const { smoothedRttMs, rateP20BytesPerSecond } = someConditions(link);
  return (atMs) => {
    const noise = 0.95 + 0.1 * random.next();
    const conditions = {
      ...link,
      atMs,
      reports: Math.round(atMs / 200),
      smoothedRttMs: smoothedRttMs * noise,
      rateP20BytesPerSecond: rateP20BytesPerSecond * noise,
      freshBytes: 500_000,
    };
    return someInput({ atMs, receivers: [outlookOf(conditions)], leadMs: conditions.leadMs ?? 4000 });
  };
}
