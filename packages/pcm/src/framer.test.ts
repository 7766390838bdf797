import type { PcmChunk, WordTiming } from '@eloquence/plugin-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Framer, type PcmFrame } from './framer.js';
import { Resampler } from './resampler.js';

/** A frame with samples of its own. */
function drain(framer: Framer): PcmFrame[] {
  const frames: PcmFrame[] = [];
  for (let frame = framer.read(); frame !== undefined; frame = framer.read()) {
    frames.push({ ...frame, samples: Int16Array.from(frame.samples) });
  }
  return frames;
}

function frameAll(framer: Framer, chunks: readonly PcmChunk[], tailMs = 0): PcmFrame[] {
  const frames = chunks.flatMap((chunk) => {
    framer.push(chunk);
    return drain(framer);
  });
  framer.end(tailMs);
  return [...frames, ...drain(framer)];
}

function ramp(count: number, from = 1): Int16Array {
  return Int16Array.from({ length: count }, (_, i) => ((from + i) % 30000) + 1);
}

function joined(frames: readonly PcmFrame[]): number[] {
  return frames.flatMap((frame) => [...frame.samples]);
}

const options = { sampleRateHz: 24000, frameMs: 20 };

describe('Framer', () => {
  it('cuts chunks of any size into frames of one size, sample by sample', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1700 }), { maxLength: 10 }),
        fc.constantFrom(2.5, 5, 10, 20, 40, 60),
        (sizes, frameMs) => {
          const total = sizes.reduce((sum, size) => sum + size, 0);
          const speech = ramp(total);
          let at = 0;
          const chunks = sizes.map((size) => ({
            samples: speech.slice(at, (at += size)),
            sampleRateHz: 24000,
          }));
          const framer = new Framer({ sampleRateHz: 24000, frameMs });
          const frames = frameAll(framer, chunks);
          const frameSamples = 24 * frameMs;
          expect(frames.length).toBe(Math.ceil(total / frameSamples));
          expect(frames.map((frame) => frame.index)).toEqual(frames.map((_, index) => index));
          expect(frames.map((frame) => frame.startMs)).toEqual(frames.map((_, index) => index * frameMs));
          for (const frame of frames) expect(frame.samples.length).toBe(frameSamples);
          const heard = joined(frames);
          expect(heard.slice(0, total)).toEqual([...speech]);
          expect(heard.slice(total).every((sample) => sample === 0)).toBe(true);
          expect(framer.samplesIn).toBe(total);
          expect(framer.samplesOut).toBe(total);
          expect(framer.paddedSamples).toBe(heard.length - total);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('resamples as one stream, whatever the chunks', () => {
    const speech = Int16Array.from({ length: 9001 }, (_, i) => Math.round(9000 * Math.sin(i / 7)));
    const whole = new Resampler(22050, 24000);
    const expected = [...whole.process(speech), ...whole.finish()];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 6 }), (sizes) => {
        let at = 0;
        const chunks = [...sizes, speech.length].map((size) => ({
          samples: speech.slice(at, (at = Math.min(speech.length, at + size))),
          sampleRateHz: 22050,
        }));
        const framer = new Framer(options);
        const frames = frameAll(framer, chunks);
        expect(joined(frames).slice(0, expected.length)).toEqual(expected);
        expect(framer.samplesOut).toBe(expected.length);
        expect(frames.length).toBe(Math.ceil(expected.length / 480));
      }),
      { numRuns: 30 },
    );
  });

  it('changes the frame duration between two frames without losing a sample', () => {
    const framer = new Framer(options);
    const speech = ramp(24000);
    framer.push({ samples: speech.slice(), sampleRateHz: 24000 });
    const frames: PcmFrame[] = [];
    const durations = [20, 60, 2.5, 40, 10, 5];
    for (let turn = 0; ; turn++) {
      framer.frameMs = durations[turn % durations.length]!;
      const frame = framer.read();
      if (frame === undefined) break;
      expect(frame.samples.length).toBe(24 * framer.frameMs);
      frames.push({ ...frame, samples: Int16Array.from(frame.samples) });
    }
    framer.end();
    const heard = joined([...frames, ...drain(framer)]);
    expect(heard.slice(0, 24000)).toEqual([...speech]);
  });

  it('gives frames to come of a smaller duration from what is left of a larger one', () => {
    const framer = new Framer({ sampleRateHz: 24000, frameMs: 60 });
    framer.push({ samples: ramp(1000), sampleRateHz: 24000 });
    expect(framer.read()).toBeUndefined();
    framer.frameMs = 20;
    expect(drain(framer).length).toBe(2);
  });

  it('takes chunks of changing sample rates', () => {
    const framer = new Framer(options);
    const chunks = [
      { samples: new Int16Array(22050).fill(1000), sampleRateHz: 22050 },
      { samples: new Int16Array(12000).fill(1000), sampleRateHz: 24000 },
      { samples: new Int16Array(8000).fill(1000), sampleRateHz: 16000 },
    ];
    const heard = joined(frameAll(framer, chunks));
    expect(framer.samplesOut).toBe(24000 + 12000 + 12000);
    expect(framer.samplesIn).toBe(22050 + 12000 + 8000);
    // Silence is assumed before and after each stretch, so only the seams may differ.
    expect(heard.slice(0, 48000).filter((sample) => sample !== 1000).length).toBeLessThan(400);
  });

  it('hands out parts of the chunk itself where it can', () => {
    const samples = ramp(960);
    const framer = new Framer(options);
    framer.push({ samples, sampleRateHz: 24000 });
    expect(framer.read()?.samples.buffer).toBe(samples.buffer);
    expect(framer.read()?.samples.byteOffset).toBe(960);
  });

  it('does not grow with the utterance', () => {
    const framer = new Framer(options);
    const seen = new Set<ArrayBufferLike>();
    for (let i = 0; i < 400; i++) {
      framer.push({ samples: new Int16Array(2205), sampleRateHz: 22050 });
      for (let frame = framer.read(); frame !== undefined; frame = framer.read())
        seen.add(frame.samples.buffer);
    }
    expect(seen.size).toBeLessThanOrEqual(3);
  });

  it('marks the frame in which a phrase ends, once', () => {
    const framer = new Framer(options);
    const frames = frameAll(framer, [
      { samples: ramp(500), sampleRateHz: 24000, endsPhrase: true },
      { samples: ramp(2000), sampleRateHz: 24000 },
      { samples: ramp(380), sampleRateHz: 24000, endsPhrase: true },
      { samples: ramp(700), sampleRateHz: 24000 },
    ]);
    // Phrases end after 500 and 2880 samples; 2880 is the end of frame 5, and the last frame ends all.
    expect(frames.filter((frame) => frame.endsPhrase).map((frame) => frame.index)).toEqual([1, 5, 7]);
  });

  it('finds the end of a phrase across resampling', () => {
    const framer = new Framer(options);
    const frames = frameAll(framer, [
      { samples: new Int16Array(2205), sampleRateHz: 22050, endsPhrase: true },
      { samples: new Int16Array(2205), sampleRateHz: 22050 },
    ]);
    expect(frames.filter((frame) => frame.endsPhrase).map((frame) => frame.index)).toEqual([4, 9]);
  });

  it('keeps its place over a change of the sample rate', () => {
    const framer = new Framer(options);
    const frames = frameAll(framer, [
      { samples: new Int16Array(2205), sampleRateHz: 22050 },
      { samples: new Int16Array(1600), sampleRateHz: 16000, endsPhrase: true },
      { samples: new Int16Array(4800), sampleRateHz: 24000 },
    ]);
    expect(frames.filter((frame) => frame.endsPhrase).map((frame) => frame.index)).toEqual([9]);
    expect(framer.endMs).toBe(400);
  });

  it('passes words on with the frame in which they begin, counted from the start of the utterance', () => {
    const framer = new Framer(options);
    const word = (text: string, startMs: number): WordTiming => ({ text, startMs, endMs: startMs + 5 });
    framer.push({ samples: ramp(1200), sampleRateHz: 24000, words: [word('one', 0), word('two', 30)] });
    const frames = drain(framer);
    framer.startSegment();
    framer.push({ samples: ramp(1200), sampleRateHz: 24000, words: [word('three', 1), word('four', 49)] });
    frames.push(...drain(framer));
    framer.end();
    frames.push(...drain(framer));
    expect(frames.map((frame) => frame.words.map((item) => `${item.text}@${item.startMs}`))).toEqual([
      ['one@0'],
      ['two@30'],
      ['three@51'],
      [],
      ['four@99'],
    ]);
  });

  it('counts words that it cannot place', () => {
    const framer = new Framer(options);
    const words = [
      { text: 'never', startMs: Number.NaN, endMs: 1 },
      { text: 'beyond', startMs: 9000, endMs: 9001 },
    ];
    framer.push({ samples: ramp(480), sampleRateHz: 24000, words });
    drain(framer);
    framer.end();
    drain(framer);
    expect(framer.droppedWords).toBe(2);
  });

  it('adds silence for what a codec holds back', () => {
    const frames = frameAll(new Framer(options), [{ samples: ramp(960), sampleRateHz: 24000 }], 6.5);
    expect(frames.map((frame) => frame.paddedSamples)).toEqual([0, 0, 480]);
    const enough = frameAll(new Framer(options), [{ samples: ramp(500), sampleRateHz: 24000 }], 6.5);
    expect(enough.map((frame) => frame.paddedSamples)).toEqual([0, 460]);
    const rest = frameAll(new Framer(options), [{ samples: ramp(950), sampleRateHz: 24000 }], 6.5);
    expect(rest.map((frame) => frame.paddedSamples)).toEqual([0, 10, 480]);
    expect(rest.map((frame) => frame.startMs)).toEqual([0, 20, 40]);
  });

  it('gives nothing for nothing', () => {
    expect(frameAll(new Framer(options), [], 6.5)).toEqual([]);
    expect(frameAll(new Framer(options), [{ samples: new Int16Array(0), sampleRateHz: 22050 }])).toEqual([]);
  });

  it.each([
    ['no chunk', undefined],
    ['null', null],
    ['floats', { samples: new Float32Array(10), sampleRateHz: 24000 }],
    ['bytes', { samples: new Uint8Array(10), sampleRateHz: 24000 }],
    ['a list', { samples: [1, 2, 3], sampleRateHz: 24000 }],
    ['no rate', { samples: new Int16Array(10) }],
    ['a rate of NaN', { samples: new Int16Array(10), sampleRateHz: Number.NaN }],
    ['a rate of 0', { samples: new Int16Array(10), sampleRateHz: 0 }],
    ['half a Hz', { samples: new Int16Array(10), sampleRateHz: 22050.5 }],
  ])('refuses %s and goes on', (_, chunk) => {
    const framer = new Framer(options);
    expect(() => framer.push(chunk as unknown as PcmChunk)).toThrow(
      expect.objectContaining({ code: 'PCM_INVALID' }),
    );
    expect(frameAll(framer, [{ samples: ramp(480), sampleRateHz: 24000 }]).length).toBe(1);
  });

  it.each([0, -20, Number.NaN, 200, 2.51])('refuses frames of %s ms', (frameMs) => {
    const invalid = expect.objectContaining({ code: 'OPTION_INVALID', value: frameMs });
    expect(() => new Framer({ sampleRateHz: 24000, frameMs })).toThrow(invalid);
    const framer = new Framer(options);
    expect(() => (framer.frameMs = frameMs)).toThrow(invalid);
    expect(framer.frameMs).toBe(20);
  });

  it('refuses a chunk before the last one was read, and after the end', () => {
    const framer = new Framer(options);
    const chunk = { samples: ramp(960), sampleRateHz: 24000 };
    framer.push(chunk);
    expect(() => framer.push(chunk)).toThrow(/still holds one/);
    drain(framer);
    framer.end();
    expect(() => framer.push(chunk)).toThrow(/after its end/);
  });
});
