import type { AudioSink, PlayoutBlock, UtteranceFinishedEvent } from '@eloquence/playout';
import { VirtualClock } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { FrameRecorder } from './frame-recorder.js';
import { SoundRecorder } from './sound-recorder.js';

const id = { sender: 's', channel: 0, utteranceSequence: 1 };

function finished(changes: Partial<UtteranceFinishedEvent>): UtteranceFinishedEvent {
  return {
    ...id,
    atMs: 900,
    outcome: 'complete',
    frameCount: 2,
    firstFrame: 0,
    framesPlayed: 2,
    framesConcealed: 0,
    framesLost: 0,
    framesDuplicated: 0,
    lateFrames: 0,
    stalls: 0,
    stalledMs: 0,
    concealedMs: 0,
    sampleCount: 960,
    firstPacketAtMs: 100,
    ...changes,
  };
}

describe('FrameRecorder', () => {
  it('reports what was played when the utterance finished', async () => {
    const recorder = new FrameRecorder(new VirtualClock());
    recorder.begin();
    recorder.startPlayout({ ...id, atMs: 130 });
    recorder.startPlayout({ ...id, atMs: 400 });
    recorder.playFrame({ ...id, atMs: 130, index: 0, payload: Uint8Array.of(1) });
    recorder.playFrame({ ...id, atMs: 150, index: 1, payload: Uint8Array.of(2) });
    recorder.playFrame({ ...id, atMs: 170, index: 1, payload: Uint8Array.of(2) });
    recorder.finish(finished({ completedAtMs: 180, stalls: 1, stalledMs: 30 }));
    expect(await recorder.collect(1000)).toMatchObject({
      playoutStartedAtMs: 130,
      lastFrameAtMs: 180,
      framesPlayed: 2,
      framesDuplicated: 1,
      stalls: 1,
      stallMs: 30,
    });
  });

  it('waits for the end, and gives up in time', async () => {
    const clock = new VirtualClock();
    const recorder = new FrameRecorder(clock);
    const heard = recorder.collect(1000);
    await clock.advanceAsync(500);
    recorder.finish(finished({ completedAtMs: 480 }));
    expect((await heard).lastFrameAtMs).toBe(480);

    recorder.begin();
    const never = recorder.collect(1000);
    await clock.advanceAsync(1000);
    expect(await never).toMatchObject({ lastFrameAtMs: null, framesPlayed: 0, playoutStartedAtMs: null });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('SoundRecorder', () => {
  const block = (atMs: number, ...samples: number[]): PlayoutBlock => ({
    samples: Int16Array.from(samples),
    sampleRateHz: 1000,
    kind: 'speech',
    atMs,
  });

  it('notes the first and the last loud sample', async () => {
    const clock = new VirtualClock();
    const recorder = new SoundRecorder(clock);
    recorder.write(block(0, 1, 2, 3, 4));
    recorder.write(block(4, 1, 900, -900, 4));
    recorder.write(block(8, -800, 2, 3, 4));
    recorder.write(block(12, 1, 2, 3, 4));
    const heard = recorder.collect(5000, 100);
    await clock.advanceAsync(200);
    expect(await heard).toMatchObject({ firstLoudAtMs: 5, lastLoudAtMs: 8 });
  });

  it('waits while it is loud', async () => {
    const clock = new VirtualClock();
    const recorder = new SoundRecorder(clock);
    let isOver = false;
    const heard = recorder.collect(5000, 100).finally(() => (isOver = true));
    for (let step = 0; step < 5; step++) {
      recorder.write(block(clock.nowMs(), 900));
      await clock.advanceAsync(60);
    }
    expect(isOver).toBe(false);
    await clock.advanceAsync(200);
    expect((await heard).lastLoudAtMs).toBe(240);
  });

  it('ends after the time limit whatever is heard', async () => {
    const clock = new VirtualClock();
    const recorder = new SoundRecorder(clock);
    const heard = recorder.collect(300, 1000);
    await clock.advanceAsync(400);
    expect((await heard).firstLoudAtMs).toBeNull();
  });

  it('passes on the speech with its pauses, without the silence around it', () => {
    const passed: number[] = [];
    const sink: AudioSink = { write: ({ samples }) => passed.push(...samples) };
    const recorder = new SoundRecorder(new VirtualClock(), sink);
    const reused = Int16Array.of(0);
    recorder.write(block(0, 1));
    recorder.write(block(1, 900));
    // The block's samples are valid only until `write` returns.
    recorder.write({ ...block(2), samples: reused });
    reused[0] = 77;
    recorder.write(block(3, 800));
    recorder.write(block(4, 2));
    expect(passed).toEqual([900, 0, 800]);
  });
});
