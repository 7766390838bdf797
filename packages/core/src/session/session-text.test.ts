import type { PcmChunk, WordTiming } from '@eloquence/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import { SessionHarness, toneChunk } from './testing/session-harness.js';

const level = 5000;
const segmentMs = 400;

let harness: SessionHarness | undefined;
afterEach(async () => {
  await harness?.dispose();
  harness = undefined;
});

/** Opens a session whose voice speaks 400 ms for each segment, and reports its first word only. */
async function open(spoken: string[]): Promise<SessionHarness> {
  harness = await new SessionHarness({
    voice: {
      create: () => ({
        sampleRateHz: 24_000,
        listVoices: async () => [{ id: 'anna', name: 'Anna', language: 'de-DE' }],
        async *synthesize(text): AsyncGenerator<PcmChunk> {
          spoken.push(text);
          const words = [{ text: text.split(' ')[0]!, startMs: 0, endMs: segmentMs }];
          yield { ...toneChunk(segmentMs, level), words };
        },
        dispose: () => undefined,
      }),
    },
  }).open();
  return harness;
}

/** What the lane was given: runs of frames with sound and without, sound first, and the words. */
function heard(): { runsMs: number[]; words: WordTiming[] } {
  const lane = harness!.lane.utterances[0]!;
  const runsMs = [0];
  for (const { payload } of lane.frames) {
    const isSound = payload[0] === (level & 0xff);
    if (isSound !== (runsMs.length % 2 === 1)) runsMs.push(0);
    runsMs[runsMs.length - 1]! += 20;
  }
  return { runsMs, words: lane.words.flat() };
}

describe('a text', () => {
  it('is spoken with the pauses between its sentences, and every word of it told', async () => {
    await open([]);
    const text = 'The train leaves at noon. Bring - your ticket. Do not be late.';
    await harness!.settle(harness!.session.say(text).done);
    const { runsMs, words } = heard();
    expect(runsMs.slice(0, 5)).toEqual([400, 300, 400, 300, 400]);
    expect(words.map((word) => word.text).join(' ')).toBe(
      'The train leaves at noon Bring your ticket Do not be late',
    );
    for (const [first, startMs] of [
      ['The', 0],
      ['Bring', 700],
      ['Do', 1400],
    ] as const)
      expect(Math.round(words.find((word) => word.text === first)!.startMs / 10) * 10).toBe(startMs);
  });

  it('is cut as the language of its voice demands', async () => {
    const spoken: string[] = [];
    await open(spoken);
    for (const [voice, text, expected] of [
      ['de', 'Am 3. Oktober. Ja.', ['Am 3. Oktober.', 'Ja.']],
      ['roa/es', 'El Sr. Ruiz. Sí.', ['El Sr. Ruiz.', 'Sí.']],
      ['Anna', 'Am 3. Oktober. Ja.', ['Am 3. Oktober.', 'Ja.']],
      ['nobody', 'Mr. Smith. Yes.', ['Mr. Smith.', 'Yes.']],
    ] as const) {
      spoken.length = 0;
      await harness!.settle(harness!.session.say(text, { voice }).done);
      expect(spoken).toEqual(expected);
    }
  });

  it('is spoken as far as its sentences are whole when its source fails, then the failure is told', async () => {
    const spoken: string[] = [];
    await open(spoken);
    async function* source(): AsyncGenerator<string> {
      yield 'The answer is forty two. ';
      throw new Error('model gone');
    }
    const { done } = harness!.session.say(source());
    await expect(harness!.settle(done)).rejects.toMatchObject({
      code: 'TEXT_UNREADABLE',
      message: 'model gone',
    });
    expect(spoken).toEqual(['The answer is forty two.']);
    expect(heard().runsMs[0]).toBe(400);
  });
});
