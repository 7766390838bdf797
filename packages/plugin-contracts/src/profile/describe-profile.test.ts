import type { Profile, StreamSettings } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { failuresOf } from '../support/contract-rule.js';
import { describeProfile, profileRules } from './describe-profile.js';

const right: Profile = {
  id: 'NIGHT_MODE',
  label: 'Night',
  purpose: 'For the night.',
  settings: {
    codec: { codecId: 'opus', bitrateBps: 16000, frameMs: 20, complexity: 5 },
    batcherId: 'deadline',
    batch: { firstMs: 60, maxMs: 300 },
    playout: { initialBufferMs: 80, rebufferMs: 160 },
    maxBufferAheadMs: 5000,
    window: { cwndGain: 1, initialPackets: 8 },
    redundancy: { redundantFirstPackets: 2, redundancyDelaysMs: [20, 50] },
    reportIntervalMs: 200,
  },
};

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}

function withSettings(change: Partial<StreamSettings>): Profile {
  return frozen({ ...structuredClone(right), settings: { ...structuredClone(right).settings, ...change } });
}

const broken: Readonly<Record<string, readonly Profile[]>> = {
  'has the id that was announced': [frozen({ ...structuredClone(right), id: 'DAY_MODE' })],
  'says in words': [frozen({ ...structuredClone(right), purpose: '' })],
  'is data without behaviour': [
    frozen({ ...structuredClone(right), choose: () => 1 }),
    withSettings({ maxBufferAheadMs: Number.NaN }),
  ],
  'cannot be changed': [{ ...frozen(structuredClone(right)), settings: structuredClone(right.settings) }],
  'names a codec and a batcher': [withSettings({ batcherId: 'Deadline Batcher' })],
  'has amounts above 0': [
    withSettings({ reportIntervalMs: 0 }),
    withSettings({ codec: { ...right.settings.codec, complexity: 11 } }),
  ],
  'lets two packets or more': [withSettings({ window: { cwndGain: 1, initialPackets: 1 } })],
  'fits together': [
    withSettings({ batch: { firstMs: 400, maxMs: 300 } }),
    withSettings({ batch: { firstMs: 10, maxMs: 10 } }),
    withSettings({ playout: { initialBufferMs: 300, rebufferMs: 160 } }),
    withSettings({ maxBufferAheadMs: 300 }),
  ],
  'copies at most 8 packets': [
    withSettings({ redundancy: { redundantFirstPackets: 9, redundancyDelaysMs: [20] } }),
    withSettings({ redundancy: { redundantFirstPackets: 0, redundancyDelaysMs: [20] } }),
    withSettings({ redundancy: { redundantFirstPackets: 2, redundancyDelaysMs: [50, 20] } }),
  ],
};

describe('describeProfile', () => {
  it('finds nothing wrong with a right profile', async () => {
    const profile = frozen(structuredClone(right));
    expect(
      await failuresOf((framework) => describeProfile(framework, { id: 'NIGHT_MODE', profile })),
    ).toEqual([]);
  });

  it('has broken profiles for each rule', () => {
    for (const rule of profileRules) {
      expect(Object.keys(broken).filter((words) => rule.title.includes(words))).toHaveLength(1);
    }
    expect(Object.keys(broken)).toHaveLength(profileRules.length);
  });

  it.each(Object.keys(broken))('rejects profiles that break "%s"', async (words) => {
    for (const profile of broken[words]!) {
      const failures = await failuresOf((framework) =>
        describeProfile(framework, { id: 'NIGHT_MODE', profile }),
      );
      expect(failures.map((failure) => failure.title).filter((title) => title.includes(words))).toHaveLength(
        1,
      );
    }
  });
});
