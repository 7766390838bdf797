import type { Style } from '@eloquence/cli';
import type { SpeakReport, UtteranceFigures } from '@eloquence/testbed';
import { describe, expect, it } from 'vitest';
import { describeRatio, describeReality, explanations, renderComparison } from './comparison.js';

const plain: Style = { bold: (t) => t, dim: (t) => t, good: (t) => t, bad: (t) => t, accent: (t) => t };

/** An arm that spoke twice, with the same figures. */
function arm(lane: 'data' | 'legacy', figures: Partial<UtteranceFigures>): SpeakReport['arms'][number] {
  const nothing = {
    timeToFirstAudioMs: null,
    deliveryMs: null,
    efficiencyPercent: null,
    referenceEfficiencyPercent: null,
    overheadPerChunkMs: null,
    stalls: null,
    concealedMs: null,
    framesLost: null,
    wireBytes: null,
  };
  const one = { ...nothing, ...figures } as UtteranceFigures;
  const { stalls, framesLost, wireBytes } = one;
  const twice = (count: number | null): number | null => (count === null ? null : 2 * count);
  const summary = {
    figures: {
      ...one,
      ...{ stalls: twice(stalls), framesLost: twice(framesLost), wireBytes: twice(wireBytes) },
    },
    values: Object.fromEntries(Object.entries(one).map(([name, value]) => [name, [value, value]])),
    p50: one,
  } as unknown as SpeakReport['arms'][number]['summary'];
  return {
    lane,
    profile: null,
    utterances: [],
    profiles: [],
    summary,
    sender: null,
    packets: null,
    heardFile: null,
    error: null,
  };
}

const report: SpeakReport = {
  server: 'ws://127.0.0.1:7880',
  simulated: false,
  link: { name: 'S', rttMs: 40, rateKbps: 15_000, jitterMs: 0, lossPercent: 0, burstMs: 0, queueMs: 200 },
  seed: 1,
  count: 1,
  isSeries: false,
  arms: [
    arm('data', {
      deliveryMs: 100,
      efficiencyPercent: 17.7,
      referenceEfficiencyPercent: 100,
      wireBytes: 15_000,
      stalls: 1,
      framesLost: 0,
    }),
    arm('legacy', {
      deliveryMs: 4300,
      referenceEfficiencyPercent: 5,
      wireBytes: 60_000,
      stalls: null,
      framesLost: null,
    }),
  ],
};

describe('describeRatio', () => {
  it('says how many times better, whichever way better is', () => {
    expect(describeRatio(100, 4300, 'less')).toBe('43× less');
    expect(describeRatio(100, 5, 'more')).toBe('20× more');
    expect(describeRatio(25, 60, 'less')).toBe('2.4× less');
  });

  it('does not hide what is worse', () => {
    expect(describeRatio(60, 30, 'less')).toBe('2.0× more');
    expect(describeRatio(50, 100, 'more')).toBe('2.0× less');
  });

  it('has none where a figure is missing or 0', () => {
    expect(describeRatio(null, 5, 'less')).toBe('–');
    expect(describeRatio(0, 5, 'less')).toBe('–');
  });
});

describe('renderComparison', () => {
  it('puts both arms and their ratio on one line', () => {
    const lines = renderComparison(report, plain).split('\n');
    expect(lines[0]).toMatch(/link S \(15 Mbit\/s, RTT 40 ms\) +Eloquence +10 ms loop/);
    expect(lines.find((line) => line.startsWith('all of it'))).toMatch(/100\sms +4\s300\sms +43× less$/);
    expect(lines.find((line) => line.startsWith('frames lost'))).toMatch(/0 +–$/);
    expect(new Set(lines.map((line) => line.endsWith(' ')))).toEqual(new Set([false]));
  });
});

describe('a figure of several runs', () => {
  const lines = renderComparison(report, plain).split('\n');
  const lineOf = (label: string) => lines.find((line) => line.startsWith(label));

  it('is that of one run where a run has one: bytes fit to the times beside them', () => {
    expect(lineOf('bytes on the wire')).toMatch(/15\s000\sB +60\s000\sB +4.0× less$/);
  });

  it('is a total where it says so', () => {
    expect(lineOf('stalls, all runs')).toMatch(/ 2 +–$/);
  });

  it('tells what the delivery efficiency is a share of', () => {
    expect(lineOf('of which the link alone needs')).toMatch(/17.7\sms +–$/);
    expect(explanations.join(' ')).toContain(
      'Delivery efficiency: what the link alone needs for these bytes',
    );
  });
});

describe('renderComparison of a simulation', () => {
  it('shows what there is', () => {
    const lines = renderComparison({ ...report, simulated: true, arms: report.arms.slice(0, 1) }, plain);
    expect(lines).toMatch(/Eloquence$/m);
    expect(lines).toMatch(/^all of it delivered after +100.ms$/m);
    expect(lines).not.toContain('10 ms loop');
  });
});

describe('describeReality', () => {
  it('labels a simulation', () => {
    expect(describeReality(report, plain)).toMatch(/^Real: LiveKit server ws:/);
    expect(describeReality({ ...report, simulated: true }, plain)).toMatch(/^SIMULATED \(no LiveKit\)/);
  });
});
