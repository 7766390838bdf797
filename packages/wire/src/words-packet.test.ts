import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type WireWord,
  type WordsPacket,
  decodePacket,
  encodeWordsPacket,
  encodeWordsPackets,
} from './index.js';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const words = fc
  .array(fc.record({ text, gapMs: fc.nat(3000), durationMs: fc.nat(0xffff) }), {
    minLength: 1,
    maxLength: 600,
  })
  .map((items) => {
    let startMs = 0;
    return items.map(({ text: said, gapMs, durationMs }): WireWord => {
      startMs += gapMs;
      return { text: said, startMs, endMs: startMs + durationMs };
    });
  });

const read = (packets: readonly Uint8Array[]): WordsPacket[] =>
  packets.map((bytes) => decodePacket(bytes) as WordsPacket);

describe('packets of words', () => {
  it('keep every word, its times and its place, whatever the size of the packets', () => {
    const stream = fc.record({ channel: fc.nat(15), utteranceSequence: fc.nat(0xffff) });
    fc.assert(
      fc.property(
        stream,
        fc.nat(60_000),
        words,
        fc.integer({ min: 300, max: 1300 }),
        (of, first, said, maxBytes) => {
          const packets = encodeWordsPackets(of, first, said, maxBytes);
          let next = first;
          for (const [at, packet] of read(packets).entries()) {
            expect(packets[at]!.length).toBeLessThanOrEqual(maxBytes);
            expect(packet).toMatchObject({ type: 'words', ...of, firstWord: next });
            next += packet.words.length;
          }
          expect(read(packets).flatMap((packet) => packet.words)).toEqual(said);
        },
      ),
    );
  });

  it('survive long pauses', () => {
    const said = [0, 70_000, 4_000_000].map((startMs) => ({ text: 'a', startMs, endMs: startMs + 100 }));
    const packets = encodeWordsPackets({ channel: 0, utteranceSequence: 1 }, 0, said, 1000);
    expect(packets).toHaveLength(3);
    expect(read(packets).flatMap((packet) => packet.words)).toEqual(said);
    expect(() =>
      encodeWordsPacket({ type: 'words', channel: 0, utteranceSequence: 1, firstWord: 0, words: said }),
    ).toThrow(RangeError);
  });

  it('round times, put words in order, and cut texts between characters', () => {
    const said = [
      { text: 'é'.repeat(200), startMs: 10.4, endMs: 99_999.7 },
      { text: 'early', startMs: 5, endMs: 4 },
    ];
    const [packet] = read(encodeWordsPackets({ channel: 0, utteranceSequence: 1 }, 0, said, 1000));
    expect(packet!.words).toEqual([
      { text: 'é'.repeat(127), startMs: 10, endMs: 10 + 65_535 },
      { text: 'early', startMs: 10, endMs: 10 },
    ]);
  });

  it('refuse what has no place on the wire', () => {
    const of = { channel: 0, utteranceSequence: 1 };
    const word = { text: 'a', startMs: 0, endMs: 1 };
    expect(() => encodeWordsPackets(of, 0, [word], 200)).toThrow(RangeError);
    expect(() => encodeWordsPackets(of, 65_535, [word, word], 1000)).toThrow(RangeError);
    expect(() => encodeWordsPackets(of, 0, [{ ...word, startMs: -1 }], 1000)).toThrow(RangeError);
    expect(() => encodeWordsPackets(of, 0, [{ ...word, startMs: Number.NaN }], 1000)).toThrow(RangeError);
    expect(() => encodeWordsPacket({ type: 'words', ...of, firstWord: 0, words: [] })).toThrow(RangeError);
    expect(encodeWordsPackets(of, 0, [], 1000)).toEqual([]);
  });
});
