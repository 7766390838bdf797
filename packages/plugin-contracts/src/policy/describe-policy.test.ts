import type { ControlDecision, ControlInput, ControlPolicy } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { failuresOf } from '../support/contract-rule.js';
import { describePolicy, policyRules } from './describe-policy.js';
import { groupOn, someProfiles } from './sample-inputs.js';

const bitrateOf = ({ settings }: ControlInput['profiles'][number]): number => settings.codec.bitrateBps;

/** A right policy: the least bit rate on a poor link for 10 s after it was last seen poor. */
function decideRightly(input: ControlInput): ControlDecision {
  const { nowMs, groups, memory, profiles, links } = input;
  const isPoor = links.some(({ isOutage, lossPercent }) => isOutage || lossPercent > 10);
  const poorAtMs = isPoor ? nowMs : Number(memory['policy']?.['poorAtMs'] ?? Number.NEGATIVE_INFINITY);
  const least = [...profiles].sort((a, b) => bitrateOf(a) - bitrateOf(b))[0]!;
  const isCareful = nowMs - poorAtMs < 10_000;
  const group = groups[0]!;
  return {
    groups: [
      {
        ...(isCareful ? { ...group, profileId: least.id, settings: least.settings } : group),
        reason: isCareful ? 'The link is poor.' : 'The link is good.',
        rule: isCareful ? 'careful' : 'stay',
      },
    ],
    memory: Number.isFinite(poorAtMs) ? { policy: { poorAtMs } } : {},
  };
}

type Decide = (input: ControlInput, call: number) => ControlDecision;

function withGroup(decision: ControlDecision, changes: Partial<ControlDecision['groups'][number]>) {
  return { ...decision, groups: decision.groups.map((group) => ({ ...group, ...changes })) };
}

const broken: Readonly<Record<string, Decide>> = {
  'one of the profiles': (input) => {
    const decision = decideRightly(input);
    return decision.groups[0]!.rule === 'careful'
      ? withGroup(decision, { profileId: 'EMERGENCY_FALLBACK' })
      : decision;
  },
  'says why': (input) => withGroup(decideRightly(input), { reason: '' }),
  'on its input alone': (input, call) => withGroup(decideRightly(input), { rule: `rule-${call % 2}` }),
  'nobody listening': (input) =>
    withGroup(decideRightly(input), { reason: `A round trip takes ${input.links[0]!.smoothedRttMs} ms.` }),
  'keeps each part': (input) => {
    const log = `${JSON.stringify(input.memory['log']?.['text'] ?? '')}|${input.nowMs}`;
    const decision = decideRightly(input);
    return { ...decision, memory: { ...decision.memory, log: { text: log } } };
  },
  // What JSON does not keep decides.
  replays: (input) => {
    const isFresh = input.profiles === someProfiles;
    return withGroup(decideRightly(input), { reason: isFresh ? 'as ever' : 'read back' });
  },
  'settles on a steady link': (input) => {
    const isOdd = Math.floor(input.nowMs / 60_000) % 2 === 1;
    const { id } = input.profiles[isOdd ? 0 : input.profiles.length - 1]!;
    return withGroup(decideRightly(input), { profileId: id });
  },
  'does not go up': (input) => {
    const isOut = input.links.some(({ isOutage }) => isOutage);
    const most = [...input.profiles].sort((a, b) => bitrateOf(b) - bitrateOf(a))[0]!.id;
    return isOut ? withGroup(decideRightly(input), { profileId: most }) : decideRightly(input);
  },
  'decides within': (input) => {
    const untilMs = performance.now() + 3;
    while (performance.now() < untilMs);
    return decideRightly(input);
  },
};

function subjectOf(decide: Decide) {
  return {
    name: 'under test',
    createPolicy(): ControlPolicy {
      let calls = 0;
      return { decide: (input) => decide(input, calls++) };
    },
  };
}

describe('describePolicy', () => {
  it('finds nothing wrong with a right policy', async () => {
    const failures = await failuresOf((framework) => describePolicy(framework, subjectOf(decideRightly)));
    expect(failures).toEqual([]);
  });

  it('has a broken policy for each rule', () => {
    for (const rule of policyRules) {
      expect(Object.keys(broken).filter((words) => rule.title.includes(words))).toHaveLength(1);
    }
    expect(Object.keys(broken)).toHaveLength(policyRules.length);
  });

  it.each(Object.keys(broken))('rejects a policy that breaks "%s"', async (words) => {
    const rule = policyRules.find(({ title }) => title.includes(words))!;
    await expect(Promise.resolve().then(() => rule.check(subjectOf(broken[words]!)))).rejects.toThrow();
  });

  it('offers groups on any of the sample profiles', () => {
    expect(groupOn('HIGH_THROUGHPUT').settings.codec.bitrateBps).toBe(32_000);
  });
});
