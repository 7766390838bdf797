import { VirtualClock } from '@eloquence/base';
import type { PcmChunk } from '@eloquence/plugin-api';
import type { Room } from '@eloquence/livekit-adapter';
import { describe, expect, it } from 'vitest';
import type { LegacyTrack } from './legacy-track.js';
import { type SpeakLegacyOptions, speakLegacy } from './speak-legacy.js';

function setUp() {
  const clock = new VirtualClock();
  const room = { isConnected: true };
  const captured: Int16Array[] = [];
  const calls: string[] = [];
  let pending = 0;
  const track: LegacyTrack & { failAt: number; subscribed: Promise<void>; mostPending: number } = {
    failAt: Infinity,
    mostPending: 0,
    subscribed: Promise.resolve(),
    async captureFrame(samples) {
      track.mostPending = Math.max(track.mostPending, ++pending);
      await Promise.resolve();
      pending--;
      if (captured.length === track.failAt) throw new Error('InvalidState');
      captured.push(samples);
      // What rtc-node does to a loop that is ahead.
      clock.advance(10);
    },
    clearQueue: () => void calls.push('clear'),
    waitForPlayout: () => Promise.resolve(void calls.push('playout')),
    waitForSubscription: () => track.subscribed,
    close: () => Promise.resolve(void calls.push('close')),
  };
  const speak = (chunks: readonly PcmChunk[], options: Partial<SpeakLegacyOptions> = {}) =>
    speakLegacy(room as Room, from(chunks), { clock, track, ...options });
  return { clock, room, track, captured, calls, speak };
}

async function* from(chunks: readonly PcmChunk[]): AsyncGenerator<PcmChunk> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

const chunk = (samples: number, value = 1, sampleRateHz = 48_000): PcmChunk => ({
  samples: new Int16Array(samples).fill(value),
  sampleRateHz,
});

describe('speakLegacy', () => {
  it('sends frames of 480 samples, one at a time, whatever the chunks, the last one padded', async () => {
    const { speak, captured, track, calls } = setUp();
    const result = await speak([chunk(100, 1), chunk(1000, 2), chunk(0), chunk(400, 3)]);
    expect(captured.map((frame) => frame.length)).toEqual([480, 480, 480, 480]);
    expect(captured.every((frame) => frame.byteOffset === 0 && frame.buffer.byteLength === 960)).toBe(true);
    const samples = captured.flatMap((frame) => [...frame]);
    const spoken = [
      ...Array<number>(100).fill(1),
      ...Array<number>(1000).fill(2),
      ...Array<number>(400).fill(3),
    ];
    expect(samples.slice(0, 1500)).toEqual(spoken);
    expect(samples.slice(1500)).toEqual(Array(420).fill(0));
    expect(track.mostPending).toBe(1);
    expect(calls).toEqual(['playout']);
    expect(result).toMatchObject({
      outcome: 'complete',
      frames: 4,
      audioMs: 40,
      firstFrameMs: 10,
      sendMs: 40,
      totalMs: 40,
    });
    expect(result.overheadPerChunkMs).toBe(10);
    expect(result.timings).toEqual([0, 10, 20, 30].map((atMs) => ({ atMs, tookMs: 10 })));
  });

  it('brings other rates to 48 kHz, and releases the resampler', async () => {
    const { speak, captured } = setUp();
    let released = 0;
    await speak([chunk(240, 5, 24_000), chunk(240, 6, 24_000)], {
      createResampler: (fromHz, toHz) => ({
        push: (pcm) => new Int16Array((pcm.length * toHz) / fromHz).fill(pcm[0] ?? 0),
        flush: () => Int16Array.of(9),
        dispose: () => void released++,
      }),
    });
    expect(captured.map((frame) => frame[0])).toEqual([5, 6, 9]);
    expect(released).toBe(1);
  });

  it('stops on abort, and silences what is queued', async () => {
    const { speak, captured, calls, clock } = setUp();
    const abort = new AbortController();
    clock.setTimer(() => abort.abort(), 35);
    const result = await speak([chunk(48_000)], { signal: abort.signal });
    expect(result).toMatchObject({ outcome: 'cancelled', frames: 4 });
    expect(captured).toHaveLength(4);
    expect(calls).toContain('clear');
    await expect(speak([chunk(480)], { signal: abort.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('says that nobody listens', async () => {
    const { speak, track, clock, captured } = setUp();
    track.subscribed = new Promise(() => undefined);
    const speaking = speak([chunk(480)], { subscriberTimeoutMs: 500 }).catch((error: unknown) => error);
    await clock.advanceAsync(500);
    expect(await speaking).toMatchObject({ code: 'NO_RECEIVER' });
    expect(captured).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends with a typed error when the track refuses or the room goes', async () => {
    const refused = setUp();
    refused.track.failAt = 2;
    await expect(refused.speak([chunk(4800)])).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    const gone = setUp();
    gone.clock.setTimer(() => (gone.room.isConnected = false), 25);
    await expect(gone.speak([chunk(4800)])).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(gone.captured).toHaveLength(3);
  });

  it('passes on the errors of the source, and refuses a change of the rate', async () => {
    const { clock, room, track, speak } = setUp();
    async function* failing(): AsyncGenerator<PcmChunk> {
      yield await Promise.resolve(chunk(480));
      throw new Error('voice broke');
    }
    await expect(speakLegacy(room as Room, failing(), { clock, track })).rejects.toThrow('voice broke');
    await expect(speak([chunk(480), chunk(480, 1, 24_000)])).rejects.toMatchObject({
      code: 'PCM_INVALID',
      value: 24_000,
    });
  });

  it('does nothing for a source without sound', async () => {
    const { speak } = setUp();
    expect(await speak([])).toMatchObject({
      outcome: 'complete',
      frames: 0,
      totalMs: 0,
      overheadPerChunkMs: 0,
    });
  });
});
