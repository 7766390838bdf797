import { describe, expect, it } from 'vitest';
import { Packetizer } from './packetizer.js';
import { FrameTimeline, estimatePlayheadMs } from './playhead.js';
import { opusFormat, sampleFrames, sampleSettings } from '../testing/sample-frames.js';
import { sampleReport } from '../testing/scripted-channel.js';

function timelineOfTwoFormats(): FrameTimeline {
  const packetizer = new Packetizer(0, 1, 1086);
  const timeline = new FrameTimeline();
  const settings = sampleSettings();
  timeline.add(packetizer.pack(sampleFrames(0, 3), settings)); // 0–60 ms
  timeline.add(packetizer.pack(sampleFrames(3, 2, 60, { ...opusFormat, frameMs: 60 }), settings)); // 60–180 ms
  timeline.add(packetizer.pack(sampleFrames(5, 1), settings)); // 180–200 ms
  return timeline;
}

describe('FrameTimeline', () => {
  it('finds each frame, with frames of different lengths', () => {
    const timeline = timelineOfTwoFormats();
    expect([0, 1, 2, 3, 4, 5, 6].map((index) => timeline.positionMs(index))).toEqual([
      0, 20, 40, 60, 120, 180, 200,
    ]);
  });

  it('is at 0 before any packet', () => {
    expect(new FrameTimeline().positionMs(7)).toBe(0);
  });
});

describe('estimatePlayheadMs', () => {
  const timeline = timelineOfTwoFormats();
  const evidence = { nowMs: 1000, minRttMs: 40, firstSentAtMs: 950, lastReport: undefined };

  it('is 0 before anything was sent', () => {
    expect(estimatePlayheadMs({ ...evidence, firstSentAtMs: undefined }, timeline)).toBe(0);
  });

  it('takes playout to have started when the first packet can have arrived, until a report comes', () => {
    expect(estimatePlayheadMs(evidence, timeline)).toBe(30);
    expect(estimatePlayheadMs({ ...evidence, nowMs: 960 }, timeline)).toBe(0);
  });

  it.each([
    ['playing', 60 + 25 + 20],
    ['buffering', 60],
    ['stalled', 60],
    ['finished', 60],
  ] as const)('moves a reported playhead on only while playing: %s', (playout, expected) => {
    const report = sampleReport({ playout, playheadFrame: 3 });
    expect(estimatePlayheadMs({ ...evidence, lastReport: { report, atMs: 975 } }, timeline)).toBe(expected);
  });
});
