import type { WordTiming } from '@eloquence/plugin-api';
import { type WordsPacket, decodePacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { WordsSender } from './words-sender.js';

function setUp() {
  const packets: WordsPacket[] = [];
  const sender = new WordsSender({
    channel: 2,
    utteranceSequence: 9,
    maxPacketBytes: 400,
    send: (packet) => {
      expect(packet.length).toBeLessThanOrEqual(400);
      packets.push(decodePacket(packet) as WordsPacket);
    },
  });
  return { sender, packets };
}

const wordsFrom = (startMs: number, count: number): WordTiming[] =>
  Array.from({ length: count }, (_, at) => ({
    text: `word ${at}`,
    startMs: startMs + 100 * at,
    endMs: startMs + 100 * at + 90,
  }));

describe('WordsSender', () => {
  it('numbers the words of an utterance through all of its packets', () => {
    const { sender, packets } = setUp();
    const said = [...wordsFrom(0, 3), ...wordsFrom(300, 100)];
    sender.add(said.slice(0, 3));
    sender.add([]);
    sender.add(said.slice(3));
    expect(packets.length).toBeGreaterThan(3);
    let next = 0;
    for (const packet of packets) {
      expect(packet).toMatchObject({ type: 'words', channel: 2, utteranceSequence: 9, firstWord: next });
      next += packet.words.length;
    }
    expect(packets.flatMap(({ words }) => words)).toEqual(said);
    expect(sender).toMatchObject({ sentWords: 103, droppedWords: 0 });
  });

  it('leaves out words without a time, and those beyond the limit', () => {
    const { sender, packets } = setUp();
    const [word] = wordsFrom(0, 1);
    sender.add([
      { ...word!, startMs: -5 },
      { ...word!, startMs: Number.NaN },
      word!,
      { ...word!, endMs: Number.NaN },
    ]);
    expect(packets.flatMap(({ words }) => words)).toEqual([word]);
    sender.add(wordsFrom(0, 30_000));
    sender.add(wordsFrom(0, 10));
    expect(sender).toMatchObject({ sentWords: 20_000, droppedWords: 3 + 10_001 + 10 });
  });
});
