import type { AudioFrame, AudioSource } from '@livekit/rtc-node';
import { describe, expect, it } from 'vitest';
import { createAudioSourceSink } from './audio-source-sink.js';

function setUp(refuse?: (index: number) => boolean) {
  const captured: number[] = [];
  let clears = 0;
  let pending = 0;
  let mostPending = 0;
  let index = 0;
  const source = {
    sampleRate: 24_000,
    async captureFrame(frame: AudioFrame) {
      mostPending = Math.max(mostPending, ++pending);
      await new Promise((resolve) => setImmediate(resolve));
      pending--;
      if (refuse?.(index++)) throw new Error('InvalidState');
      captured.push(...frame.data);
    },
    clearQueue: () => void clears++,
  };
  const sink = createAudioSourceSink(source as unknown as AudioSource);
  const write = (value: number, samples = 240, sampleRateHz = 24_000): void =>
    sink.write({ samples: new Int16Array(samples).fill(value), sampleRateHz, kind: 'speech', atMs: 0 });
  return { sink, write, captured, counts: () => ({ clears, mostPending }) };
}

describe('createAudioSourceSink', () => {
  it('captures everything in order, one at a time, the tail padded', async () => {
    const { sink, write, captured, counts } = setUp();
    write(1);
    write(2, 100);
    write(3, 200);
    sink.end();
    await sink.idle;
    expect(captured.slice(0, 540)).toEqual([
      ...Array(240).fill(1),
      ...Array(100).fill(2),
      ...Array(200).fill(3),
    ]);
    expect(captured.slice(540)).toEqual(Array(180).fill(0));
    expect(counts()).toEqual({ clears: 0, mostPending: 1 });
    expect(sink.counters).toEqual({ samples: 720, droppedSamples: 0, captureErrors: 0 });
  });

  it('forgets what waits on clear', async () => {
    const { sink, write, captured, counts } = setUp();
    for (let at = 0; at < 10; at++) write(1);
    sink.clear();
    write(2);
    await sink.idle;
    expect(captured.filter((sample) => sample === 1).length).toBeLessThanOrEqual(240);
    expect(captured.at(-1)).toBe(2);
    expect(counts().clears).toBe(1);
  });

  it('drops and counts what the source does not take: too much, refused', async () => {
    const { sink, write } = setUp((index) => index === 0);
    for (let at = 0; at < 250; at++) write(1);
    await sink.idle;
    expect(sink.counters).toEqual({ samples: 199 * 240, droppedSamples: 50 * 240, captureErrors: 1 });
  });

  it('brings speech to the rate of the source', async () => {
    const { sink, write, captured } = setUp();
    for (let at = 0; at < 10; at++) write(1000, 480, 48_000);
    sink.end();
    await sink.idle;
    expect(sink.counters).toMatchObject({ samples: 2400, droppedSamples: 0 });
    expect(captured.slice(100, 2300).every((sample) => Math.abs(sample - 1000) < 20)).toBe(true);
  });
});
