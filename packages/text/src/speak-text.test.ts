import { VirtualClock } from '@eloquence/base';
import type { PcmChunk, TextSegment, WordTiming } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { type SpeakTextOptions, speakText } from './speak-text.js';

/** One sample a millisecond keeps the arithmetic visible. */
const sampleRateHz = 1000;

function pcm(...runs: [value: number, ms: number][]): Int16Array {
  return Int16Array.from(runs.flatMap(([value, ms]) => Array<number>(ms).fill(value)));
}

type Voice = (segment: TextSegment) => PcmChunk[];

async function speak(
  text: string | AsyncIterable<string>,
  voice: Voice,
  options: Partial<SpeakTextOptions> = {},
): Promise<{ chunks: PcmChunk[]; words: WordTiming[]; runs: number[] }> {
  const chunks: PcmChunk[] = [];
  async function* synthesize(segment: TextSegment): AsyncGenerator<PcmChunk> {
    yield* voice(segment);
  }
  for await (const chunk of speakText(text, synthesize, { clock: new VirtualClock(), ...options }))
    chunks.push(chunk);
  return {
    chunks,
    words: chunks.flatMap((chunk) => [...(chunk.words ?? [])]),
    runs: runsOf(chunks.flatMap((chunk) => [...chunk.samples])),
  };
}

/** How long sound and silence last in turn: sound first. */
function runsOf(samples: number[]): number[] {
  const runs = [0];
  let isSilent = false;
  for (const sample of samples) {
    if ((sample === 0) !== isSilent) {
      isSilent = !isSilent;
      runs.push(0);
    }
    runs[runs.length - 1]!++;
  }
  return runs;
}

const plain: Voice = () => [{ samples: pcm([5000, 400]), sampleRateHz }];

describe('the pauses of speakText', () => {
  it('are 300 ms between sentences, and none at the end', async () => {
    const { runs } = await speak('The train leaves at noon. Bring your ticket. Do not be late.', plain);
    expect(runs.slice(0, 5)).toEqual([400, 300, 400, 300, 400]);
    // The millisecond that carries the words of a voice that reports none.
    expect(runs[5] ?? 0).toBeLessThanOrEqual(1);
  });

  it('are 150 ms where a clause is cut, and none at a hard cut', async () => {
    const text = 'Well, I would have said it much earlier, but now it is late.';
    expect((await speak(text, plain)).runs.slice(0, 3)).toEqual([400, 150, 400]);
    const unbroken = 'word '.repeat(100);
    expect((await speak(unbroken, () => [{ samples: pcm([5000, 400]), sampleRateHz }])).runs[0]).toBe(400);
    expect((await speak(unbroken, plain)).runs[1]).toBeLessThanOrEqual(1);
  });

  it('count the silence that the voice leaves itself, across its chunks', async () => {
    const voice: Voice = () => [
      { samples: pcm([0, 20]), sampleRateHz },
      { samples: pcm([0, 10], [5000, 370], [0, 30]), sampleRateHz },
      { samples: pcm([0, 70]), sampleRateHz, endsPhrase: true },
    ];
    expect((await speak('One. Two.', voice)).runs.slice(0, 5)).toEqual([0, 30, 370, 300, 370]);
    const slow: Voice = () => [{ samples: pcm([5000, 300], [0, 450]), sampleRateHz }];
    expect((await speak('One. Two.', slow)).runs.slice(0, 3)).toEqual([300, 450 + 1, 300]);
  });

  it('keep step with the rate', async () => {
    expect((await speak('One. Two.', plain, { rate: 2 })).runs.slice(0, 3)).toEqual([400, 150, 400]);
    expect((await speak('One. Two.', plain, { rate: 0.5 })).runs.slice(0, 3)).toEqual([400, 600, 400]);
  });

  it('move the words behind them', async () => {
    const voice: Voice = ({ text }) => [
      { samples: pcm([5000, 400]), sampleRateHz, words: [{ text, startMs: 40, endMs: 360 }] },
    ];
    expect((await speak('One. Two. Three.', voice)).words).toEqual([
      { text: 'One', startMs: 40, endMs: 360 },
      { text: 'Two', startMs: 740, endMs: 1060 },
      { text: 'Three', startMs: 1440, endMs: 1760 },
    ]);
  });

  it('are not added to the time that a listener has waited for the text anyway', async () => {
    const clock = new VirtualClock();
    async function* source(): AsyncGenerator<string> {
      yield 'One. Two';
      await new Promise<void>((resolve) => clock.setTimer(resolve, 600));
      yield '. Three';
    }
    const voice: Voice = ({ text }) => [
      { samples: pcm([5000, 400]), sampleRateHz, words: [{ text, startMs: 0, endMs: 400 }] },
    ];
    const speaking = speak(source(), voice, { clock });
    await clock.advanceAsync(1000);
    // `One` lasts 400 ms, so that `Two` is 200 ms late: 100 ms of the pause are left.
    expect((await speaking).runs.slice(0, 5)).toEqual([400, 100, 400, 300, 400]);
  });
});

describe('a source that fails', () => {
  async function* failing(...fragments: string[]): AsyncGenerator<string> {
    yield* fragments;
    throw new Error('model gone');
  }

  it.each([
    [['The answer is forty two. '], ['The answer is forty two.']],
    [['The answer is 42. '], ['The answer is 42.']],
    [['The answer is 42.'], []],
    [['One. Two. Thr'], ['One.', 'Two.']],
    [['I called Dr. '], []],
    [['Hello there, my friend, and'], ['Hello there, my friend,']],
    [['你好。世界！很'], ['你好。', '世界！']],
    [[], []],
  ])('after %j is told when %j has been said', async (fragments, expected) => {
    const said: string[] = [];
    const voice: Voice = ({ text }) => {
      said.push(text);
      return [{ samples: pcm([5000, 100]), sampleRateHz }];
    };
    await expect(speak(failing(...fragments), voice)).rejects.toMatchObject({
      code: 'TEXT_UNREADABLE',
      message: 'model gone',
    });
    expect(said).toEqual(expected);
  });
});

describe('the words of speakText', () => {
  it('come from the text where the voice reports none', async () => {
    const { words, chunks } = await speak('One two. Three.', plain);
    expect(words.map((word) => word.text)).toEqual(['One', 'two', 'Three']);
    expect(words.map((word) => Math.round(word.startMs))).toEqual([0, 200, 700]);
    expect(chunks.reduce((sum, { samples }) => sum + samples.length, 0)).toBeLessThanOrEqual(1102);
  });
});
