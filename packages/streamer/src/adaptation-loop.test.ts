import { VirtualClock } from '@eloquence/base';
import type { Lane, LaneReport, LaneUtterance, ProbeRequest, Profile } from '@eloquence/plugin-api';
import { AdaptationLoop } from '@eloquence/core';
import { adaptivePolicy, orderedRules } from '@eloquence/profiles';
import { LaneLinks, type MeasuredUtterance, RttEstimator } from '@eloquence/link';
import { profileSettings } from '@eloquence/plugin-contracts';
import { describe, expect, it } from 'vitest';

const rules = orderedRules();

const profile: Profile = {
  id: 'P',
  label: 'P',
  purpose: 'Tests.',
  settings: profileSettings('BALANCED_OPTIMAL'),
};

function report(atMs: number, packetsResolved: number, receiver = 'ear'): LaneReport {
  return {
    receiver,
    atMs,
    utteranceSequence: 1,
    playout: 'playing',
    playheadFrame: 0,
    bufferAheadMs: 2000,
    rttMs: 50,
    smoothedRttMs: 50,
    rttVariationMs: 5,
    minRttMs: 45,
    owdVariationMs: 2,
    deliveryRateBytesPerSecond: 10_000,
    lossPercent: 0,
    lateFrames: 0,
    stalls: 0,
    stalledMs: 0,
    packetsResolved,
    packetsLost: 0,
    acknowledgedBytes: 1000 * packetsResolved,
  };
}

function harness(leastRttsMs: Record<string, number> = {}, receiverCount = Object.keys(leastRttsMs).length) {
  const clock = new VirtualClock(1000);
  const loop = new AdaptationLoop(clock);
  loop.useDependencies({
    policy: {
      id: 'adaptive',
      config: {},
      decide: (input) => adaptivePolicy.decide(input, rules),
      isDue: (occasion) => adaptivePolicy.isDue!(occasion),
    },
    createForecaster: () => undefined,
    profiles: new Map([[profile.id, profile]]),
    initialProfileId: profile.id,
  });
  const wishes: ProbeRequest[] = [];
  const gone = new Set<string>();
  const present = new Map<string, RttEstimator>();
  const join = (identity: string, rttMs?: number): void => {
    const rtt = new RttEstimator();
    if (rttMs !== undefined) rtt.add(rttMs, 0);
    present.set(identity, rtt);
  };
  for (const [identity, rttMs] of Object.entries(leastRttsMs)) join(identity, rttMs);
  for (let at = present.size; at < receiverCount; at++) join(`unknown ${at}`);
  const links = new LaneLinks({
    clock,
    receivers: () =>
      [...present]
        .filter(([identity]) => !gone.has(identity))
        .map(([identity, rtt]) => ({ receiver: identity, rtt, attributes: {} })),
    probe: (request) => void wishes.push(request),
  });
  const lane = { links, capabilities: { perReceiver: true } } as unknown as Lane;
  const reports = {
    fire: (report: LaneReport) => {
      if (!present.has(report.receiver)) join(report.receiver);
      links.addReport(report);
    },
  };
  const attached = loop.attach(lane);
  const speak = () => {
    loop.begin({ utteranceId: 1, scenario: 'conversation' });
    links.follow({
      utteranceSequence: 1,
      isOver: false,
      unackedForMs: 0,
      settings: { reportIntervalMs: 200 },
    } satisfies MeasuredUtterance);
    return loop.watch({
      lane,
      laneUtterance: { utteranceSequence: 1, bufferAheadMs: 2000 } as LaneUtterance,
      apply: () => undefined,
    });
  };
  const probe = (arrived: number, lost: number): void => {
    clock.advance(30);
    links.addProbe({ receiver: 'ear', atMs: clock.nowMs(), arrived, lost });
  };
  return { clock, loop, reports, wishes, attached, speak, probe, gone };
}

describe('what the adaptation loop asks of a link beside the audio', () => {
  it('asks while too little is known, watches while a long utterance is sent, and stops with it', () => {
    const { loop, reports, wishes, speak, probe, clock } = harness();
    const watching = speak();
    expect(wishes).toEqual([]);
    clock.advance(100);
    reports.fire(report(1100, 10));
    expect(wishes.at(-1)).toMatchObject({ intervalMs: 80 });
    for (let at = 0; at < 100; at++) probe(1, 0);
    expect(wishes.at(-1)).toMatchObject({ intervalMs: 70 });
    loop.noteSent();
    expect(wishes.at(-1)).toEqual({ intervalMs: 0, count: 0 });
    expect(wishes).toHaveLength(3);
    watching.dispose();
    expect(wishes.at(-1)).toEqual({ intervalMs: 0, count: 0 });
    loop.dispose();
  });

  it('takes what answers tell for evidence, becomes careful at a loss, and asks closely then', () => {
    const { loop, reports, wishes, speak, probe, clock } = harness();
    speak();
    clock.advance(100);
    reports.fire(report(1100, 40));
    for (let count = 0; count < 10; count++) probe(1, 0);
    expect(loop.conditions()[0]).toMatchObject({ lossPackets: 50 });
    probe(1, 1);
    expect(loop.log.decisions.at(-1)).toMatchObject({
      kind: 'settings',
      output: { groups: [{ adjustments: [{ rule: 'fast-protection', reason: 'loss' }] }] },
    });
    expect(wishes.at(-1)).toMatchObject({ intervalMs: 20 });
    loop.dispose();
  });

  it('learns between utterances, and decides nothing then', () => {
    const { loop, reports, speak, probe, attached, clock } = harness();
    const watching = speak();
    clock.advance(100);
    reports.fire(report(1100, 40));
    watching.dispose();
    const decided = loop.log.total;
    for (let count = 0; count < 20; count++) probe(1, 0);
    expect(loop.conditions()[0]!.lossPackets).toBe(60);
    probe(0, 1);
    expect(loop.log.total).toBe(decided);
    attached.dispose();
    probe(5, 0);
    expect(loop.conditions()).toEqual([]);
    loop.dispose();
  });
});

describe('what the adaptation loop begins with', () => {
  it('is fitted to a narrow link where greetings took long, until a report says that it is near', () => {
    const { loop, reports, wishes, speak, clock } = harness({ ear: 420 });
    speak();
    const { input, output } = loop.log.decisions[0]!;
    expect(input.links).toMatchObject([{ receiver: 'ear', reports: 0, minRttMs: 420 }]);
    expect(output.groups[0]).toMatchObject({
      rule: 'far-link',
      adjustments: [{ rule: 'low-bandwidth-tuning' }],
    });
    const again = (utteranceId: number) => loop.begin({ utteranceId, scenario: 'conversation' });
    expect(again(2).settings.codec.frameMs).toBe(60);
    expect(wishes).toEqual([]);
    expect(loop.conditions()).toEqual([]);
    speak();
    clock.advance(100);
    reports.fire({ ...report(1100, 10), rttMs: 420, minRttMs: 420, smoothedRttMs: 420 });
    expect(again(3).settings.codec.frameMs).toBe(60);
    speak();
    clock.advance(100);
    reports.fire(report(1200, 10));
    expect(again(4).settings).toBe(profile.settings);
    expect(loop.conditions()).toMatchObject([{ reports: 2, minRttMs: 50 }]);
    loop.dispose();
  });

  it('is fitted to the widest link of the receivers that are still there', () => {
    const { loop, reports, speak, clock, gone } = harness({ slow: 420, fast: 40 });
    speak();
    for (const receiver of ['slow', 'fast'])
      for (let atMs = 100; atMs <= 3000; atMs += 100) {
        const isSlow = receiver === 'slow';
        reports.fire({
          ...report(1000 + atMs, atMs / 50, receiver),
          // A queue in front of it: what arrives is what the link carries.
          ...(isSlow ? { owdVariationMs: 900, deliveryRateBytesPerSecond: 4000 } : {}),
        });
      }
    clock.advance(3000);
    const framesMs = () => loop.begin({ utteranceId: 2, scenario: 'conversation' }).settings.codec.frameMs;
    expect(loop.conditions().map(({ receiver }) => receiver)).toEqual(['slow', 'fast']);
    expect(framesMs()).toBe(20);
    gone.add('fast');
    expect(loop.conditions().map(({ receiver }) => receiver)).toEqual(['slow']);
    expect(framesMs()).toBe(60);
    gone.delete('fast');
    expect(framesMs()).toBe(20);
    loop.dispose();
  });

  it.each([
    ['near', { ear: 80 }, 1],
    ['far, but not the only one', { ear: 420 }, 2],
  ])('presumes nothing of a link that is %s', (_, rtts, receiverCount) => {
    const { loop, speak } = harness(rtts, receiverCount);
    speak();
    expect(loop.log.decisions[0]!.output.groups[0]).toMatchObject({ rule: 'unknown-link', adjustments: [] });
    loop.dispose();
  });
});
