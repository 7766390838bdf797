import type { ProfileSelector, Selection, SelectionInput } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { failuresOf } from '../support/rule-results.js';
import { someProfiles } from './sample-inputs.js';
import { describeSelector, selectorRules } from './describe-selector.js';

/** A right selector: the least bit rate on a poor link for 10 s after it was last seen poor. */
function selectRightly(input: SelectionInput): Selection {
  const { atMs, currentProfileId, memory, pinnedProfileId, profiles, receivers } = input;
  if (pinnedProfileId !== undefined)
    return { profileId: pinnedProfileId, priority: 3, reason: 'pinned', rule: 'pinned', memory };
  const isPoor = receivers.some(({ conditions }) => conditions.isOutage || conditions.lossPercent > 10);
  const poorAtMs = isPoor ? atMs : Number(memory['poorAtMs'] ?? Number.NEGATIVE_INFINITY);
  const least = [...profiles].sort((a, b) => a.bitrateBps - b.bitrateBps)[0]!.id;
  const isCareful = atMs - poorAtMs < 10_000;
  return {
    profileId: isCareful ? least : currentProfileId,
    priority: isCareful ? 2 : 0,
    reason: isCareful ? 'The link is poor.' : 'The link is good.',
    rule: isCareful ? 'careful' : 'stay',
    memory: Number.isFinite(poorAtMs) ? { poorAtMs } : {},
  };
}

type Select = (input: SelectionInput, call: number) => Selection;

const broken: Readonly<Record<string, Select>> = {
  'one of the profiles': (input) => {
    const selection = selectRightly(input);
    return selection.rule === 'careful' ? { ...selection, profileId: 'EMERGENCY_FALLBACK' } : selection;
  },
  'the pinned profile': ({ pinnedProfileId: _, ...input }) => selectRightly(input),
  'says why': (input) => ({ ...selectRightly(input), reason: '' }),
  'on its input alone': (input, call) => ({ ...selectRightly(input), priority: call % 2 }),
  'nobody listening': (input) => ({
    ...selectRightly(input),
    reason: `A round trip takes ${input.receivers[0]!.conditions.smoothedRttMs} ms.`,
  }),
  'keeps its memory': (input) => {
    const { memory, ...selection } = selectRightly(input);
    return { ...selection, memory: { ...memory, log: `${String(input.memory['log'] ?? '')}|${input.atMs}` } };
  },
  // What JSON does not keep decides.
  replays: (input) => {
    const isFresh = input.profiles === someProfiles;
    return { ...selectRightly(input), reason: isFresh ? 'as ever' : 'read back' };
  },
  'settles on a steady link': (input) => {
    const isOdd = Math.floor(input.atMs / 60_000) % 2 === 1;
    const { id } = input.profiles[isOdd ? 0 : input.profiles.length - 1]!;
    return { ...selectRightly(input), profileId: id };
  },
  'does not go up': (input) => {
    const isOut = input.receivers.some(({ conditions }) => conditions.isOutage);
    const most = [...input.profiles].sort((a, b) => b.bitrateBps - a.bitrateBps)[0]!.id;
    return isOut ? { ...selectRightly(input), profileId: most } : selectRightly(input);
  },
  'decides within': (input) => {
    const untilMs = performance.now() + 3;
    while (performance.now() < untilMs);
    return selectRightly(input);
  },
};

function subjectOf(select: Select) {
  return {
    name: 'under test',
    createSelector(): ProfileSelector {
      let calls = 0;
      return { select: (input) => select(input, calls++) };
    },
  };
}

describe('describeSelector', () => {
  it('finds nothing wrong with a right selector', async () => {
    const failures = await failuresOf((framework) => describeSelector(framework, subjectOf(selectRightly)));
    expect(failures).toEqual([]);
  });

  it('has a broken selector for each rule', () => {
    for (const rule of selectorRules) {
      expect(Object.keys(broken).filter((words) => rule.title.includes(words))).toHaveLength(1);
    }
    expect(Object.keys(broken)).toHaveLength(selectorRules.length);
  });

  it.each(Object.keys(broken))('rejects a selector that breaks "%s"', async (words) => {
    const rule = selectorRules.find(({ title }) => title.includes(words))!;
    await expect(Promise.resolve().then(() => rule.check(subjectOf(broken[words]!)))).rejects.toThrow();
  });
});
