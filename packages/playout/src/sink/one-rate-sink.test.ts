import { describe, expect, it } from 'vitest';
import type { AudioSink, PlayoutBlock } from './audio-sink.js';
import { type SinkRate, createOneRateSink } from './one-rate-sink.js';

function tone(rateHz: number, durationMs: number): Int16Array {
  return Int16Array.from({ length: (rateHz * durationMs) / 1000 }, (_, at) =>
    Math.round(10_000 * Math.sin((2 * Math.PI * 440 * at) / rateHz)),
  );
}

function setUp(rate: SinkRate = {}) {
  const blocks: PlayoutBlock[] = [];
  const calls: string[] = [];
  const target: AudioSink = {
    write: (block) => void blocks.push({ ...block, samples: block.samples.slice() }),
    clear: () => void calls.push('clear'),
    finishUtterance: () => void calls.push('finish'),
    end: () => void calls.push('end'),
  };
  const heard = (): number[] => blocks.flatMap(({ samples }) => [...samples]);
  return { blocks, calls, heard, target, sink: createOneRateSink(target, rate) };
}

function write(sink: AudioSink, samples: Int16Array, sampleRateHz: number, utteranceSequence?: number): void {
  const size = sampleRateHz / 100;
  for (let at = 0; at < samples.length; at += size) {
    const block = { samples: samples.subarray(at, at + size), sampleRateHz, kind: 'speech' as const };
    sink.write({ ...block, atMs: at, ...(utteranceSequence === undefined ? {} : { utteranceSequence }) });
  }
}

function expectTone(heard: readonly number[], rateHz: number, durationMs: number): void {
  const wanted = tone(rateHz, durationMs);
  expect(heard).toHaveLength(wanted.length);
  for (let at = 100; at < wanted.length - 100; at++)
    expect(Math.abs(heard[at]! - wanted[at]!)).toBeLessThan(20);
}

describe('a sink of one rate', () => {
  it.each([
    [24_000, 48_000],
    [48_000, 24_000],
    [22_050, 48_000],
  ])('is given %i Hz at %i Hz, each sample of it, at the end of the utterance at the latest', (from, to) => {
    const { sink, blocks, calls, heard } = setUp({ sampleRateHz: to });
    write(sink, tone(from, 200), from, 1);
    sink.finishUtterance?.();
    expectTone(heard(), to, 200);
    expect(new Set(blocks.map(({ sampleRateHz }) => sampleRateHz))).toEqual(new Set([to]));
    expect(calls).toEqual(['finish']);
  });

  it('keeps the rate of the first block if none was asked for, over utterances and lanes', () => {
    const { sink, target, blocks, heard } = setUp();
    const rate: SinkRate = {};
    const [data, media] = [createOneRateSink(target, rate), createOneRateSink(target, rate)];
    write(data, tone(24_000, 100), 24_000, 1);
    data.finishUtterance?.();
    write(media, tone(48_000, 100), 48_000);
    media.finishUtterance?.();
    write(data, tone(16_000, 100), 16_000, 2);
    data.end?.();
    expect(new Set(blocks.map(({ sampleRateHz }) => sampleRateHz))).toEqual(new Set([24_000]));
    expect(heard().slice(0, 2400)).toEqual([...tone(24_000, 100)]);
    expectTone(heard().slice(2400, 4800), 24_000, 100);
    expectTone(heard().slice(4800), 24_000, 100);
    sink.end?.();
  });

  it('hands on blocks of its rate as they are', () => {
    const { sink, blocks, calls } = setUp({ sampleRateHz: 24_000 });
    write(sink, tone(24_000, 20), 24_000, 7);
    sink.clear?.();
    expect(blocks.map(({ samples, utteranceSequence }) => [samples.length, utteranceSequence])).toEqual([
      [240, 7],
      [240, 7],
    ]);
    expect(calls).toEqual(['clear']);
  });

  it('forgets on barge-in what it held back', () => {
    const { sink, heard } = setUp({ sampleRateHz: 48_000 });
    write(sink, tone(24_000, 20), 24_000, 1);
    sink.clear?.();
    const before = heard().length;
    write(sink, new Int16Array(480), 24_000, 2);
    sink.finishUtterance?.();
    expect(
      heard()
        .slice(before)
        .every((sample) => sample === 0),
    ).toBe(true);
    expect(heard()).toHaveLength(before + 960);
  });
});
