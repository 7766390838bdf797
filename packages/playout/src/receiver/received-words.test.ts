import { type WireWord, encodeWordsPackets } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import type { WordsReceivedEvent } from '../index.js';
import { ReceiverHarness } from '../testing/receiver-harness.js';
import { Speaker } from '../testing/speaker.js';
import { ReceivedWords } from './stream-memory.js';

const said: WireWord[] = ['one', 'two', 'three'].map((text, at) => ({
  text,
  startMs: 60 * at,
  endMs: 60 * at + 50,
}));
const wordsOf = (utteranceSequence: number, first: number, words: WireWord[] = said): Uint8Array =>
  encodeWordsPackets({ channel: 0, utteranceSequence }, first, words, 1086)[0]!;

describe('words', () => {
  it('are told once, before, during and after their sound arrived', () => {
    const harness = new ReceiverHarness();
    const told: WordsReceivedEvent[] = [];
    harness.receiver.onDidReceiveWords((event) => told.push(event));
    const speaker = new Speaker();
    harness.deliver(wordsOf(1, 0), wordsOf(1, 0), ...speaker.packets.slice(0, 2), wordsOf(1, 3));
    harness.clock.advance(40);
    harness.deliver(wordsOf(1, 0));
    expect(told).toMatchObject([
      { sender: 's', channel: 0, utteranceSequence: 1, firstWord: 0, words: said, atMs: 1000 },
      { firstWord: 3, words: said },
    ]);
    expect(harness.receiver.counters).toMatchObject({ duplicatePackets: 2, packets: { words: 4 } });
    expect(harness.log.filter((line) => line.startsWith('start'))).toEqual(['start 1']);
  });

  it('do not make an utterance of themselves, and end with it', () => {
    const harness = new ReceiverHarness();
    const told: number[] = [];
    harness.receiver.onDidReceiveWords(({ utteranceSequence }) => told.push(utteranceSequence));
    harness.deliver(wordsOf(1, 0));
    expect(harness.log).toEqual([]);
    const speaker = new Speaker();
    harness.deliver(...speaker.packets, speaker.end);
    harness.clock.advance(1000);
    harness.deliver(wordsOf(1, 3), wordsOf(2, 0));
    expect(told).toEqual([1, 2]);
    expect(harness.receiver.counters.oldUtteranceSequence).toBe(1);
    harness.receiver.dispose();
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('are kept apart for a bounded number of utterances and words', () => {
    const words = new ReceivedWords();
    for (let utteranceSequence = 0; utteranceSequence < 9; utteranceSequence++) {
      expect(words.accept(utteranceSequence, 0, 5)).toBe(true);
      expect(words.accept(utteranceSequence, 0, 5)).toBe(false);
    }
    // Forgotten: nine utterances are more than are remembered.
    expect(words.accept(0, 0, 5)).toBe(true);
    expect(words.accept(1, 19_996, 5)).toBe(false);
  });
});
