import { VirtualClock } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { AwakeClock } from '../receivers/awake-clock.js';
import { Packetizer } from './packetizer.js';
import type { ReceiverStream } from '../stream/receiver-stream.js';
import { sampleFrames, sampleSettings } from '../testing/sample-frames.js';
import { sampleReport } from '../testing/scripted-channel.js';
import { PlayoutEstimate } from './playout-estimate.js';

interface Known {
  readonly contiguousFrame: number;
  readonly playheadFrame?: number;
}

/** Five packets of 60 ms, handed over at 0 ms, to receivers of which this is known. */
function harness(known: Record<string, Known>, backlogMs = 0) {
  const clock = new VirtualClock(0);
  const streams = new Map(
    Object.entries(known).map(([identity, { contiguousFrame, playheadFrame }]) => {
      const lastReport =
        playheadFrame === undefined
          ? undefined
          : { report: sampleReport({ playout: 'playing', playheadFrame }), atMs: 0 };
      return [
        identity,
        {
          peer: { rtt: { minMs: 40 } },
          progress: { startMs: 0 },
          contiguousFrame,
          lastReport,
        } as ReceiverStream,
      ];
    }),
  );
  const playout = new PlayoutEstimate({
    clock,
    awake: new AwakeClock(clock),
    streams,
    backlogMs: () => backlogMs,
  });
  const packetizer = new Packetizer(0, 1, 1086);
  expect(playout.hasBegun).toBe(false);
  for (let at = 0; at < 5; at++) playout.add(packetizer.pack(sampleFrames(3 * at, 3), sampleSettings()));
  return { clock, playout };
}

describe('PlayoutEstimate', () => {
  it('leads beyond the playhead that is furthest on, and is safe where everybody has it', () => {
    const { clock, playout } = harness({
      a: { contiguousFrame: 15, playheadFrame: 6 },
      b: { contiguousFrame: 9, playheadFrame: 3 },
    });
    expect(playout.hasBegun).toBe(true);
    // Frame 6 begins at 120 ms; half a round trip has passed since that was told.
    expect(playout.bufferAheadMs).toBe(300 - 120 - 20);
    expect(playout.safeFrame).toBe(9);
    expect(playout.remainingMs()).toBe(300 - 60 - 20);
    expect(playout.remainingMs(9)).toBe(180 - 60 - 20);
    expect(playout.reserveMs).toBe(100);
    clock.advance(50);
    expect(playout.bufferAheadMs).toBe(110);
    expect(playout.reserveMs).toBe(50);
  });

  it('takes playout to have begun half a round trip after the first packet, until told', () => {
    const { clock, playout } = harness({ a: { contiguousFrame: 0 } });
    clock.advance(20);
    expect(playout.bufferAheadMs).toBe(300);
    clock.advance(60);
    expect(playout.bufferAheadMs).toBe(240);
    expect(playout.reserveMs).toBe(0);
  });

  it('counts what is still to be played before it', () => {
    const { playout } = harness({ a: { contiguousFrame: 15, playheadFrame: 0 } }, 1000);
    expect(playout.remainingMs()).toBe(1280);
    expect(playout.reserveMs).toBe(1280);
    expect(playout.bufferAheadMs).toBe(280);
  });

  it('knows where frames begin, and where everything sent ends', () => {
    const { playout } = harness({ a: { contiguousFrame: 0 } });
    expect([0, 1, 4, 15, 99].map((frame) => playout.positionMs(frame))).toEqual([0, 20, 80, 300, 300]);
    expect(playout.sentMs).toBe(300);
  });

  it('is at its beginning without receivers', () => {
    const { playout } = harness({});
    expect([playout.bufferAheadMs, playout.reserveMs, playout.remainingMs(), playout.sentMs]).toEqual([
      0, 0, 0, 0,
    ]);
    expect(playout.safeFrame).toBe(15);
  });
});
