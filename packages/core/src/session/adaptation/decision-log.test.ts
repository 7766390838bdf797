import type { ControlInput, ControlPolicy, Decision } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { testSettings } from '../testing/session-harness.js';
import { plainGroup } from './control-dependencies.js';
import { DecisionLog, replayDecisions } from './decision-log.js';

const profiles = ['EVEN', 'ODD'].map((id) => ({ id, label: id, purpose: 'Tests.', settings: testSettings }));
const group = plainGroup(profiles[0]!, 'start', 'An utterance begins.');

const policy: ControlPolicy = {
  decide: ({ memory, groups }) => {
    const n = Number(memory['policy']?.['n']);
    const profileId = n % 2 === 0 ? 'EVEN' : 'ODD';
    return {
      groups: groups.map((before) => ({ ...before, profileId, rule: 'parity' })),
      probes: { intervalMs: 20, count: n },
      memory: { policy: { n: n + 1 } },
    };
  },
};

function decision(n: number): Omit<Decision, 'id'> {
  const input: ControlInput = {
    ...{ nowMs: n, links: [], events: [], forecasts: {}, profiles, groups: [group], config: {} },
    request: { utteranceId: 1, scenario: 'conversation', labels: {}, phase: 'sending', bufferAheadMs: 0 },
    memory: { policy: { n } },
  };
  return {
    atMs: n,
    kind: 'profile',
    policy: 'parity',
    input,
    output: policy.decide(input, []),
    applied: true,
  };
}

describe('DecisionLog', () => {
  it('keeps the latest, counts the rest, and replays from its JSON to the same', () => {
    const log = new DecisionLog(4);
    for (let n = 0; n < 10; n++) log.add(decision(n));
    expect([log.total, log.dropped, log.decisions.map(({ id }) => id)]).toEqual([10, 6, [7, 8, 9, 10]]);
    const restored = JSON.parse(JSON.stringify(log)) as Decision[];
    expect(restored).toEqual(log.decisions);
    expect(replayDecisions(restored, policy, []).every(({ isSame }) => isSame)).toBe(true);
  });

  it('shows where another policy would have decided otherwise: on the profile, the settings or the probes', () => {
    const log = new DecisionLog();
    log.add(decision(0));
    log.add(decision(1));
    const others: ControlPolicy['decide'][] = [
      (input) => {
        const decided = policy.decide(input, []);
        return { ...decided, groups: decided.groups.map((one) => ({ ...one, profileId: 'ODD' })) };
      },
      (input) => {
        const decided = policy.decide(input, []);
        const settings = {
          ...testSettings,
          maxBufferAheadMs: input.nowMs === 0 ? 500 : testSettings.maxBufferAheadMs,
        };
        return { ...decided, groups: decided.groups.map((one) => ({ ...one, settings })) };
      },
      (input) => ({ ...policy.decide(input, []), probes: { intervalMs: 20, count: 1 } }),
    ];
    for (const decide of others)
      expect(replayDecisions(log.decisions, { decide }, []).map(({ isSame }) => isSame)).toEqual([
        false,
        true,
      ]);
  });

  it('replays what the caller pinned, and what stayed for want of a policy', () => {
    const log = new DecisionLog();
    const { input } = decision(2);
    const stays = (rule: string, reason: string) => ({
      groups: [{ ...group, rule, reason }],
      memory: input.memory,
    });
    const pinned = { ...input, request: { ...input.request, pinnedProfileId: 'EVEN' } };
    log.add({ ...decision(2), input: pinned, output: stays('pinned', 'The caller asked for it.') });
    log.add({ ...decision(2), output: stays('fallback', 'No policy could be asked.') });
    expect(replayDecisions(log.decisions, policy, []).map(({ isSame }) => isSame)).toEqual([true, true]);
  });
});
