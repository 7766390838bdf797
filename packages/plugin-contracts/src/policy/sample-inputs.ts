import { createSeededRandom, deepFreeze } from '@eloquence/base';
import type {
  ControlInput,
  GroupDecision,
  LinkState,
  Profile,
  Scenario,
  StreamSettings,
} from '@eloquence/plugin-api';
import { profileSettings } from '../profile/profile-settings.js';
import { extremeLinks, poorLink, someConditions } from '../forecaster/sample-links.js';

export const someSettings: StreamSettings = deepFreeze(profileSettings());

export function someProfile(id: string, bitrateBps: number): Profile {
  const settings = { ...someSettings, codec: { ...someSettings.codec, bitrateBps } };
  return deepFreeze({ id, label: id, purpose: 'A sample.', settings });
}

/** The profiles that every installation has. */
export const someProfiles: readonly Profile[] = [
  someProfile('ULTRA_PERFORMANCE', 24_000),
  someProfile('BALANCED_OPTIMAL', 24_000),
  someProfile('HIGH_THROUGHPUT', 32_000),
  someProfile('EMERGENCY_FALLBACK', 12_000),
];

/** A group on the plain settings of one of some profiles. */
export function groupOn(profileId: string, profiles = someProfiles): GroupDecision {
  const { settings } = profiles.find(({ id }) => id === profileId)!;
  return {
    receivers: ['listener'],
    profileId,
    settings,
    rule: 'start',
    reason: 'A sample.',
    adjustments: [],
  };
}

/** A plausible input; what a rule is about is overridden. */
export function someInput(overrides: Partial<ControlInput> = {}): ControlInput {
  return deepFreeze({
    nowMs: 1000,
    links: [someConditions()],
    events: [],
    forecasts: {},
    profiles: someProfiles,
    groups: [groupOn('BALANCED_OPTIMAL')],
    request: { utteranceId: 1, scenario: 'conversation', labels: {}, phase: 'sending', bufferAheadMs: 4000 },
    config: {},
    memory: {},
    ...overrides,
  });
}

/** A far receiver before its first report: all but the round trip are zeros. */
const unreportedLink: Partial<LinkState> = Object.freeze({
  reports: 0,
  smoothedRttMs: 420,
  minRttMs: 420,
  lossPercent: 0,
  lossPackets: 0,
  pdvP95Ms: 0,
  rateP20BytesPerSecond: 0,
  rateMaxBytesPerSecond: 0,
  freshBytes: 0,
});

const scenarios: readonly Scenario[] = ['conversation', 'realtime', 'longform', 'degraded'];

/** Links of all sorts. */
export const variedLinks: readonly Partial<LinkState>[] = [{}, poorLink, unreportedLink, ...extremeLinks];

/** Inputs of all sorts, each as it might be the first of a session. */
export function variedInputs(): readonly ControlInput[] {
  return scenarios.flatMap((scenario) =>
    variedLinks.flatMap((link) =>
      someProfiles.map(({ id }) =>
        someInput({
          groups: [groupOn(id)],
          links: [someConditions(link)],
          request: {
            ...{ utteranceId: 1, scenario, labels: {}, phase: 'sending' },
            bufferAheadMs: link.bufferAheadMs ?? 4000,
          },
        }),
      ),
    ),
  );
}

/** One link for a long time: reports every 200 ms with a little noise. */
export function steadyLink(link: Partial<LinkState>, seed: number): (nowMs: number) => ControlInput {
  const random = createSeededRandom(seed);
  const { smoothedRttMs, rateP20BytesPerSecond } = someConditions(link);
  return (nowMs) => {
    const noise = 0.95 + 0.1 * random.next();
    const state = someConditions({
      ...link,
      atMs: nowMs,
      reports: Math.round(nowMs / 200) + 1,
      smoothedRttMs: smoothedRttMs * noise,
      rateP20BytesPerSecond: rateP20BytesPerSecond * noise,
      freshBytes: 500_000,
    });
    return someInput({ nowMs, links: [state] });
  };
}
