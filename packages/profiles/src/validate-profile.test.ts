import { isEloquenceError } from '@eloquence/plugin-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtinProfiles } from './builtin-profiles.js';
import { validateProfile } from './validate-profile.js';

interface Mutable {
  [key: string]: Mutable;
}

/** A copy of the balanced profile with the field at `path` replaced; `undefined` removes it. */
function withField(path: string, value: unknown): unknown {
  const copy = structuredClone(builtinProfiles.BALANCED_OPTIMAL) as unknown as Mutable;
  const keys = path.split('.');
  const last = keys.pop()!;
  let parent = copy;
  for (const key of keys) parent = parent[key]!;
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = value as unknown as Mutable;
  return copy;
}

function errorOf(profile: unknown) {
  try {
    validateProfile(profile);
  } catch (error) {
    if (isEloquenceError(error)) return error;
    throw error;
  }
  return undefined;
}

describe('validateProfile', () => {
  it('returns the profile itself when it is right', () => {
    for (const profile of Object.values(builtinProfiles)) expect(validateProfile(profile)).toBe(profile);
  });

  it.each([
    ['id', 'balanced'],
    ['id', 'A__B'],
    ['label', ' '],
    ['purpose', 7],
    ['settings', null],
    ['settings.codec', []],
    ['settings.codec.codecId', 'Opus!'],
    ['settings.codec.bitrateBps', 499],
    ['settings.codec.bitrateBps', Number.NaN],
    ['settings.codec.frameMs', 0],
    ['settings.codec.complexity', 10.5],
    ['settings.codec.complexity', 11],
    ['settings.batcherId', ''],
    ['settings.batch.firstMs', '60'],
    ['settings.batch.maxMs', Number.POSITIVE_INFINITY],
    ['settings.playout.initialBufferMs', -1],
    ['settings.playout.rebufferMs', 1e9],
    ['settings.maxBufferAheadMs', 199],
    ['settings.window.cwndGain', 0],
    ['settings.window.initialPackets', 1],
    ['settings.redundancy.redundantFirstPackets', 9],
    ['settings.redundancy.redundancyDelaysMs', [60, 10]],
    ['settings.redundancy.redundancyDelaysMs', [1, 2, 3, 4, 5]],
    ['settings.redundancy.redundancyDelaysMs', 45],
    ['settings.reportIntervalMs', undefined],
  ])('names %s when it is %s', (path, value) => {
    const error = errorOf(withField(path, value));
    expect(error?.code).toBe('PROFILE_INVALID');
    expect(error?.message).toContain(`profile.${path}`);
    expect(error?.hint).toBeTruthy();
    expect(error?.value).toEqual(value);
  });

  it('names the item of a list', () => {
    const error = errorOf(withField('settings.redundancy.redundancyDelaysMs', [10, 5000]));
    expect(error?.message).toContain('redundancyDelaysMs[1]');
    expect(error?.value).toBe(5000);
  });

  it('names unknown fields and the known ones', () => {
    const error = errorOf(withField('settings.batch.maxMS', 300));
    expect(error?.message).toContain('"maxMS"');
    expect(error?.hint).toContain('firstMs, maxMs');
  });

  it.each([
    ['settings.codec.frameMs', 120, { 'settings.batch.maxMs': 100 }],
    ['settings.batch.firstMs', 400, {}],
    ['settings.playout.initialBufferMs', 500, {}],
    ['settings.maxBufferAheadMs', 300, {}],
    ['settings.redundancy.redundancyDelaysMs', [], {}],
  ])('checks that %s fits the other fields', (path, value, others) => {
    const profile = withField(path, value) as Mutable;
    for (const [otherPath, other] of Object.entries(others)) {
      const keys = otherPath.split('.');
      profile[keys[0]!]![keys[1]!]![keys[2]!] = other as unknown as Mutable;
    }
    const error = errorOf(profile);
    expect(error?.code).toBe('PROFILE_INVALID');
    expect(error?.message).toContain(`profile.${path}`);
  });

  it('answers anything at all with the profile or with PROFILE_INVALID', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(errorOf(value)?.code).toBe('PROFILE_INVALID');
      }),
    );
  });
});
