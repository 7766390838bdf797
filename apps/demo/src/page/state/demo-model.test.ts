import { describe, expect, it } from 'vitest';
import type { DemoConditions, DemoDecision } from '../../protocol.js';
import { fakePlugins, fakeSession, presetSettings } from '../testing/fake-session.js';
import { firstAudio, start } from '../testing/events.js';
import { DemoModel } from './demo-model.js';

const network = {
  preset: 'B',
  settings: presetSettings.B,
  blackoutEndsAtMs: null,
  isEmulated: true,
} as const;
const facts = fakeSession(network, fakePlugins());

function decision(what: DemoDecision['what'], to: string, applied: boolean): DemoDecision {
  return { id: 1, what, from: 'A', to, applied, rule: 'r', reason: 'because', protection: [] };
}

describe('DemoModel', () => {
  it('raises and ends problems by code and arm', () => {
    const model = new DemoModel();
    const problem = { code: 'NO_RECEIVER', message: 'm', hint: 'h', arm: 'track' } as const;
    model.apply({ kind: 'problem', atMs: 1, problem });
    model.apply({ kind: 'problem', atMs: 1, problem: { ...problem, arm: 'legacy' } });
    expect(model.problems.size).toBe(2);
    model.apply({ kind: 'problemEnd', atMs: 2, code: 'NO_RECEIVER', arm: 'track' });
    expect([...model.problems.values()].map(({ arm }) => arm)).toEqual(['legacy']);
    model.apply({ kind: 'hello', atMs: 3, state: facts.state });
    expect(model.problems.size).toBe(0);
  });

  it('goes on with the utterance that a fresh state speaks of, if it knows it', () => {
    const model = new DemoModel();
    model.apply({ kind: 'speakStart', atMs: 1, start });
    const { run } = model;
    model.apply({ kind: 'hello', atMs: 2, state: { ...facts.state, speaking: start } });
    expect(model.run).toBe(run);
    model.apply({ kind: 'hello', atMs: 3, state: { ...facts.state, speaking: { ...start, utterance: 8 } } });
    expect(model.run?.start.utterance).toBe(8);
  });

  it('forgets the utterance before when another begins', () => {
    const model = new DemoModel();
    model.apply({ kind: 'speakStart', atMs: 1, start });
    model.apply(firstAudio('track', 5));
    model.apply({ kind: 'speakStart', atMs: 2, start: { ...start, utterance: 8 } });
    model.apply(firstAudio('track', 5));
    expect(model.run?.arms.get('track')?.firstAudio).toBeUndefined();
  });

  it('knows the profile from decisions that were applied', () => {
    const model = new DemoModel();
    model.apply({ kind: 'decision', atMs: 1, decision: decision('profile', 'EMERGENCY_FALLBACK', true) });
    model.apply({ kind: 'decision', atMs: 2, decision: decision('profile', 'BALANCED_OPTIMAL', false) });
    model.apply({ kind: 'decision', atMs: 3, decision: decision('protection', 'x', true) });
    expect(model.profile).toBe('EMERGENCY_FALLBACK');
    expect(model.history.marks).toHaveLength(3);
  });

  it('keeps a bounded history of the link, in the order of time', () => {
    const model = new DemoModel();
    const conditions: DemoConditions = {
      receiver: 'page',
      rttMs: 80,
      pdvP95Ms: 5,
      lossPercent: 1,
      rateBps: 64_000,
      capacityBps: null,
      bufferAheadMs: 0,
      isOutage: false,
      forecast: null,
    };
    for (let count = 0; count < 4000; count++)
      model.apply({ kind: 'conditions', atMs: count * 100, conditions: { ...conditions, rttMs: count } });
    model.apply({ kind: 'conditions', atMs: 5, conditions });
    const { atS, rttMs, forecastP95Ms } = model.history;
    expect(atS.length).toBeLessThanOrEqual(1500);
    expect([atS.at(-1), rttMs.at(-1)]).toEqual([399.9, 3999]);
    expect(rttMs).toHaveLength(atS.length);
    expect(forecastP95Ms).toHaveLength(atS.length);
  });
});
