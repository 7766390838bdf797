import type { Decision, ProfileSelector, SelectionInput } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { DecisionLog, replayDecisions } from './decision-log.js';

const selector: ProfileSelector = {
  select: ({ memory }) => ({
    profileId: Number(memory['n']) % 2 === 0 ? 'EVEN' : 'ODD',
    priority: 1,
    rule: 'parity',
    reason: '',
    memory: { n: Number(memory['n']) + 1 },
  }),
};

function decision(n: number): Omit<Decision, 'id'> {
  const input: SelectionInput = {
    atMs: n,
    scenario: 'conversation',
    currentProfileId: 'EVEN',
    profiles: [],
    receivers: [],
    leadMs: 0,
    memory: { n },
  };
  return {
    atMs: n,
    kind: 'profile',
    selector: 'parity',
    input,
    selection: selector.select(input),
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
    expect(replayDecisions(restored, selector).every(({ isSame }) => isSame)).toBe(true);
  });

  it('shows where another selector would have decided otherwise', () => {
    const other: ProfileSelector = { select: (input) => ({ ...selector.select(input), profileId: 'ODD' }) };
    const log = new DecisionLog();
    log.add(decision(0));
    log.add(decision(1));
    expect(replayDecisions(log.decisions, other).map(({ isSame }) => isSame)).toEqual([false, true]);
  });
});
