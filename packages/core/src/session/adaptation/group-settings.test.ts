import type { GroupDecision, StreamSettings } from '@eloquence/plugin-api';
import { profileSettings } from '@eloquence/plugin-contracts';
import { describe, expect, it } from 'vitest';
import { applyGroups } from './group-settings.js';

const balanced = profileSettings('BALANCED_OPTIMAL');
const emergency = profileSettings('EMERGENCY_FALLBACK');

function group(receivers: readonly string[], profileId: string, settings: StreamSettings): GroupDecision {
  return { receivers, profileId, settings, rule: 'mine', reason: 'as it is', adjustments: [] };
}

const groups = [
  group(['a', 'b'], 'BALANCED_OPTIMAL', balanced),
  group(['c'], 'EMERGENCY_FALLBACK', emergency),
];

describe('applyGroups', () => {
  it('has nothing to do for one group', () => {
    expect(applyGroups(groups.slice(0, 1), () => true)).toEqual({ receiverSettings: [], merges: [] });
  });

  it('gives receivers what concerns their own way, and tells what it could not give', () => {
    const { receiverSettings, merges } = applyGroups(groups, () => true);
    const { redundancy, window } = emergency;
    expect(receiverSettings).toEqual([{ receivers: ['c'], settings: { ...balanced, redundancy, window } }]);
    expect(merges).toEqual([
      {
        receivers: ['c'],
        profileId: 'EMERGENCY_FALLBACK',
        into: 'BALANCED_OPTIMAL',
        ignored: expect.arrayContaining(['codec', 'batch', 'playout']) as unknown,
      },
    ]);
    expect(merges[0]!.ignored).not.toContain('redundancy');
  });

  it('tells of nothing where only that is different', () => {
    const { redundancy, window } = emergency;
    const careful = group(['c'], 'BALANCED_OPTIMAL', { ...balanced, redundancy, window });
    expect(applyGroups([groups[0]!, careful], () => true).merges).toEqual([]);
  });

  it('merges everything where the lane knows no receivers', () => {
    const { receiverSettings, merges } = applyGroups(groups, () => false);
    expect(receiverSettings).toEqual([]);
    expect(merges[0]!.ignored).toEqual(expect.arrayContaining(['codec', 'redundancy', 'window']));
  });
});
