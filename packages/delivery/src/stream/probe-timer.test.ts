import { VirtualClock } from '@eloquence/base';
import { RttEstimator } from '@eloquence/link';
import { describe, expect, it } from 'vitest';
import { productionRecovery } from './recovery-tuning.js';
import { ProbeTimer } from './probe-timer.js';

function harness(rttMs: number) {
  const clock = new VirtualClock(0);
  const rtt = new RttEstimator();
  for (let count = 0; count < 40; count++) rtt.add(rttMs, 0);
  const askedAtMs: number[] = [];
  const party = { isOpen: true, expectedMs: 100 as number | undefined, unackedSinceMs: 0 };
  const unackedForMs = (): number => clock.nowMs() - party.unackedSinceMs;
  const arm = (): void => probe.arm(party.expectedMs, unackedForMs());
  const probe: ProbeTimer = new ProbeTimer({
    clock,
    rtt,
    tuning: productionRecovery,
    onDidExpire: () => {
      if (party.expectedMs === undefined) return;
      askedAtMs.push(clock.nowMs());
      if (party.isOpen) probe.noteProbe();
      arm();
    },
  });
  return { clock, probe, party, askedAtMs, arm, isSilent: () => probe.isSilent(unackedForMs()) };
}

describe('ProbeTimer', () => {
  it('asks when an answer is overdue, often at first, then at ever longer intervals of at most a second', () => {
    const { clock, arm, askedAtMs } = harness(40);
    arm();
    clock.advance(400);
    expect(askedAtMs).toEqual([100, 220, 340]);
    clock.advance(20_000);
    const gapsMs = askedAtMs.slice(1).map((atMs, at) => atMs - askedAtMs[at]!);
    expect(gapsMs.slice(0, 24)).toEqual(Array.from({ length: 24 }, () => 120));
    expect(gapsMs.slice(24, 29)).toEqual([240, 480, 960, 1000, 1000]);
  });

  it('waits with the first question no longer than the least round trip justifies', () => {
    const { clock, arm, party, askedAtMs } = harness(40);
    party.expectedMs = 5000;
    arm();
    clock.advance(400);
    expect(askedAtMs[0]).toBe(1.3 * 40 + 200);
  });

  it('begins anew after an answer, and asks nothing while none is owed', () => {
    const { clock, probe, party, askedAtMs, arm, isSilent } = harness(40);
    arm();
    clock.advance(150);
    expect(isSilent()).toBe(true);
    probe.noteAcknowledgement();
    party.unackedSinceMs = 150;
    expect(isSilent()).toBe(false);
    arm();
    clock.advance(100);
    expect(askedAtMs).toEqual([100, 250]);
    party.expectedMs = undefined;
    clock.advance(5000);
    expect(askedAtMs).toHaveLength(2);
    expect(probe.isArmed).toBe(false);
    arm();
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not count questions that could not be sent, and holds no timer when disposed', () => {
    const { clock, probe, party, askedAtMs, arm } = harness(40);
    party.isOpen = false;
    arm();
    clock.advance(10_000);
    const lastGapMs = askedAtMs.at(-1)! - askedAtMs.at(-2)!;
    expect(lastGapMs).toBe(120);
    probe.dispose();
    expect(clock.pendingTimers).toBe(0);
  });
});
