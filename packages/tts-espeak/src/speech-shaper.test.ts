import type { PcmChunk } from '@eloquence/plugin-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toSafeText } from './safe-text.js';
import { SpeechShaper } from './speech-shaper.js';
import { WordTracker } from './word-tracker.js';
import type { SpeechEvent } from './worker-protocol.js';

/** One sample a millisecond keeps the arithmetic visible. */
const sampleRateHz = 1000;

function shaperFor(text: string): SpeechShaper {
  return new SpeechShaper(sampleRateHz, new WordTracker(text, toSafeText(text)));
}

function word(textPosition: number, textLength: number, audioMs: number): SpeechEvent {
  return { type: 'word', textPosition, textLength, audioMs };
}

function piece(...runs: [value: number, count: number][]): Int16Array {
  return Int16Array.from(runs.flatMap(([value, count]) => Array<number>(count).fill(value)));
}

function shape(text: string, pieces: { samples: Int16Array; events?: SpeechEvent[] }[]): PcmChunk[] {
  const shaper = shaperFor(text);
  const chunks = pieces.flatMap(({ samples, events = [] }) => shaper.push({ samples, events }));
  return [...chunks, ...shaper.finish()];
}

function joined(chunks: readonly PcmChunk[]): number[] {
  return chunks.flatMap((chunk) => [...chunk.samples]);
}

describe('SpeechShaper', () => {
  it('cuts more than 5 ms of leading silence, across pieces, and moves the words', () => {
    const chunks = shape('one two', [
      { samples: piece([0, 100]), events: [word(1, 3, 0)] },
      { samples: piece([0, 10], [7, 90]) },
      { samples: piece([7, 100]), events: [word(5, 3, 250)] },
    ]);
    expect(joined(chunks)).toEqual(Array<number>(190).fill(7));
    expect(chunks.map((chunk) => chunk.words)).toEqual([
      [{ text: 'one', startMs: 0, endMs: 140 }],
      [{ text: 'two', startMs: 140, endMs: 190 }],
    ]);
  });

  it('keeps a short silence at the start', () => {
    expect(joined(shape('a', [{ samples: piece([0, 5], [3, 20]) }]))).toHaveLength(25);
  });

  it('keeps pauses inside, and limits the silence at the end to 200 ms', () => {
    const chunks = shape('a b', [
      { samples: piece([5, 100]) },
      { samples: piece([0, 400]) },
      { samples: piece([5, 50], [0, 50]) },
      { samples: piece([0, 100]) },
      { samples: piece([0, 300]) },
    ]);
    expect(joined(chunks)).toHaveLength(100 + 400 + 50 + 200);
    expect(chunks.map((chunk) => chunk.endsPhrase ?? false)).toEqual([false, false, false, false, true]);
    expect(chunks.every((chunk) => chunk.samples.length > 0)).toBe(true);
  });

  it('yields a short silence for a text without sound', () => {
    const chunks = shape('𒀀', [{ samples: piece([0, 500]) }]);
    expect(joined(chunks)).toEqual(Array<number>(200).fill(0));
    expect(chunks.at(-1)?.endsPhrase).toBe(true);
    expect(shape('𒀀', [])).toEqual([]);
  });

  it('hands out each piece as soon as the next one and the end of its words are there', () => {
    const shaper = shaperFor('one two');
    const samples = piece([1, 100]);
    expect(shaper.push({ samples, events: [word(1, 3, 0)] })).toHaveLength(0);
    expect(shaper.push({ samples, events: [] })).toHaveLength(0);
    expect(shaper.push({ samples, events: [word(5, 3, 220)] })).toHaveLength(2);
    expect(shaper.push({ samples, events: [] })).toHaveLength(0);
    expect(
      shaper.push({ samples, events: [{ type: 'end', textPosition: 7, textLength: 0, audioMs: 410 }] }),
    ).toHaveLength(2);
    expect(shaper.finish()).toHaveLength(1);
  });

  it('never holds back more than 32 pieces', () => {
    const shaper = shaperFor('endless');
    let out = shaper.push({ samples: piece([1, 10]), events: [word(1, 7, 0)] }).length;
    for (let fed = 2; fed <= 200; fed++) {
      out += shaper.push({ samples: piece([fed < 100 ? 1 : 0, 10]), events: [] }).length;
      expect(fed - out).toBeLessThanOrEqual(32);
    }
  });

  it('loses, adds and reorders nothing between the first and the last sound', () => {
    const run = fc.tuple(fc.constantFrom(0, 0, 1, -9), fc.nat(150));
    fc.assert(
      fc.property(fc.array(fc.array(run, { maxLength: 3 }), { maxLength: 40 }), (lists) => {
        const pieces = lists.map((runs) => ({ samples: piece(...runs) }));
        const trim = (samples: number[]) =>
          samples.slice(
            samples.findIndex((sample) => sample !== 0),
            samples.findLastIndex((sample) => sample !== 0) + 1,
          );
        const chunks = shape('text', pieces);
        expect(trim(joined(chunks))).toEqual(trim(pieces.flatMap(({ samples }) => [...samples])));
        expect(chunks.filter((chunk) => chunk.endsPhrase)).toEqual(chunks.slice(-1));
      }),
    );
  });
});

describe('WordTracker', () => {
  it('joins what espeak splits and finds the words around emoji and punctuation', () => {
    const text = '“2500” 😀 l’été…';
    const safe = toSafeText(text);
    expect(safe.text).toBe('“2500” l’été…');
    const tracker = new WordTracker(text, safe);
    const first = tracker.accept(word(2, 4, 0));
    expect(tracker.accept(word(3, 4, 300))).toBeUndefined();
    expect(tracker.accept(word(7, 1, 600))).toBeUndefined();
    const second = tracker.accept(word(8, 1, 900));
    tracker.close(1500);
    expect(first).toEqual({ text: '2500', startMs: 0, endMs: 900 });
    expect(second).toEqual({ text: 'l’été', startMs: 900, endMs: 1500 });
  });
});
