import { directionConditions, linkFromParameters } from '@eloquence/netlab';
import { describe, expect, it } from 'vitest';
import { openSimulatedSession, type SimulatedSession, speechLike } from '@eloquence/testbed';
import { drawTrace, followTrace } from './mixed-experiment.js';
import { runStep } from './step-experiment.js';

const clean = {
  ...linkFromParameters({ rttMs: 40, jitterMs: 1, rateKbps: 2000, queueMs: 300 }),
  name: 'clean',
};
const open = (profile?: string): Promise<SimulatedSession> =>
  openSimulatedSession({
    listeners: [{ name: 'ear', link: clean }],
    seed: 5,
    ...(profile === undefined ? {} : { profile }),
  });

describe('drawTrace', () => {
  it('changes links every 5 to 20 s, to another one each time, by the seed', () => {
    const trace = drawTrace(3, 600_000);
    expect(drawTrace(3, 600_000)).toEqual(trace);
    expect(drawTrace(4, 600_000)).not.toEqual(trace);
    expect(trace[0]!.atMs).toBe(0);
    expect(new Set(trace.map(({ link }) => link.name))).toEqual(new Set(['A', 'B', 'C', 'D', 'E', 'F']));
    for (const [at, { atMs, link }] of trace.slice(1).entries()) {
      expect(atMs - trace[at]!.atMs).toBeGreaterThanOrEqual(5000);
      expect(atMs - trace[at]!.atMs).toBeLessThanOrEqual(20_000);
      expect(link.name).not.toBe(trace[at]!.link.name);
    }
  });
});

describe('followTrace', () => {
  it('puts each link in force at its time', async () => {
    const session = await open();
    const trace = drawTrace(1, 60_000);
    const seen: number[] = [];
    const startMs = session.clock.nowMs();
    const configure = session.configure.bind(session);
    session.configure = (listener, changes) => {
      expect(changes).toEqual(directionConditions(trace[seen.length]!.link));
      seen.push(session.clock.nowMs() - startMs);
      return configure(listener, changes);
    };
    const following = followTrace(session, 'ear', trace, (error) => expect(error).toBeUndefined());
    await session.pause(30_000);
    following.dispose();
    await session.pause(30_000);
    expect(seen.map(Math.round)).toEqual(
      trace.filter(({ atMs }) => atMs <= 30_000).map(({ atMs }) => Math.round(atMs)),
    );
    await session.dispose();
  });
});

describe('runStep', () => {
  const experiment = (changes: object, durationMs: number): Parameters<typeof runStep>[1] => ({
    listener: 'ear',
    link: clean,
    step: { atMs: 1000, durationMs, changes, suitable: ['EMERGENCY_FALLBACK'] },
    speech: speechLike(10_000),
    pace: { kind: 'speed', speed: 2 },
  });

  it('notices nothing where nothing changes', async () => {
    const session = await open('BALANCED_OPTIMAL');
    const outcome = await runStep(session, experiment({}, 1000));
    expect(outcome).toMatchObject({ protectionMs: Infinity, decisionMs: Infinity, profileChanges: 0 });
    // Speech goes on arriving: batches are a fraction of a second long.
    expect(outcome.rebufferMs).toBeLessThan(500);
    expect(outcome.stalls).toEqual([]);
    await session.dispose();
  });

  it('has no decision to wait for where a profile in force is robust enough', async () => {
    const session = await open('BALANCED_OPTIMAL');
    const of = experiment({ rateKbps: 300 }, 1000);
    const step = { ...of.step, suitable: ['BALANCED_OPTIMAL'] };
    expect(await runStep(session, { ...of, step })).toMatchObject({ decisionMs: undefined });
    await session.dispose();
  });

  it('tells when each stall was, and that nothing was there', async () => {
    const session = await open();
    // Longer than all that can have been gathered by then.
    const outcome = await runStep(session, experiment({ down: true }, 4000));
    expect(outcome.protectionMs).toBeLessThan(1000);
    expect(outcome.stalls[0]).toMatchObject({ phase: 'during', cause: 'starved' });
    const stalledMs = outcome.stalls.reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(stalledMs).toBeCloseTo(outcome.figures.stallMs!, -2);
    expect(outcome.figures).toMatchObject({ framesLost: 0, framesDuplicated: 0 });
    await session.dispose();
  });
});
