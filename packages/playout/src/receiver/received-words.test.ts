import { type WireWord, encodeWordsPackets } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import type { WordsReceivedEvent } from '../index.js';
import { ReceiverRig } from '../testing/receiver-rig.js';
import { Speaker } from '../testing/speaker.js';
import { ReceivedWords } from './stream-memory.js';

const said: WireWord[] = ['one', 'two', 'three'].map((text, at) => ({
  text,
  startMs: 60 * at,
  endMs: 60 * at + 50,
}));
const wordsOf = (generation: number, first: number, words: WireWord[] = said): Uint8Array =>
  encodeWordsPackets({ channel: 0, generation }, first, words, 1086)[0]!;

describe('words', () => {
  it('are told once, before, during and after their sound arrived', () => {
    const rig = new ReceiverRig();
    const told: WordsReceivedEvent[] = [];
    rig.receiver.onDidReceiveWords((event) => told.push(event));
    const speaker = new Speaker();
    rig.deliver(wordsOf(1, 0), wordsOf(1, 0), ...speaker.packets.slice(0, 2), wordsOf(1, 3));
    rig.clock.advance(40);
    rig.deliver(wordsOf(1, 0));
    expect(told).toMatchObject([
      { sender: 's', channel: 0, generation: 1, firstWord: 0, words: said, atMs: 1000 },
      { firstWord: 3, words: said },
    ]);
    expect(rig.receiver.counters).toMatchObject({ duplicatePackets: 2, packets: { words: 4 } });
    expect(rig.log.filter((line) => line.startsWith('start'))).toEqual(['start 1']);
  });

  it('do not make an utterance of themselves, and end with it', () => {
    const rig = new ReceiverRig();
    const told: number[] = [];
    rig.receiver.onDidReceiveWords(({ generation }) => told.push(generation));
    rig.deliver(wordsOf(1, 0));
    expect(rig.log).toEqual([]);
    const speaker = new Speaker();
    rig.deliver(...speaker.packets, speaker.end);
    rig.clock.advance(1000);
    rig.deliver(wordsOf(1, 3), wordsOf(2, 0));
    expect(told).toEqual([1, 2]);
    expect(rig.receiver.counters.oldGeneration).toBe(1);
    rig.receiver.dispose();
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('are kept apart for a bounded number of utterances and words', () => {
    const words = new ReceivedWords();
    for (let generation = 0; generation < 9; generation++) {
      expect(words.accept(generation, 0, 5)).toBe(true);
      expect(words.accept(generation, 0, 5)).toBe(false);
    }
    // Forgotten: nine utterances are more than are remembered.
    expect(words.accept(0, 0, 5)).toBe(true);
    expect(words.accept(1, 19_996, 5)).toBe(false);
  });
});
