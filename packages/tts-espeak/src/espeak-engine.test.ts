import type { PcmChunk, SynthesisOptions, TtsEngine, WordTiming } from '@eloquence/plugin-api';
import { wordsOf } from '@eloquence/text';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEspeakEngine } from './espeak-engine.js';

interface Speech {
  readonly chunks: PcmChunk[];
  readonly words: WordTiming[];
  readonly samples: number;
}

async function speak(engine: TtsEngine, text: string, options: SynthesisOptions = {}): Promise<Speech> {
  const chunks: PcmChunk[] = [];
  for await (const chunk of engine.synthesize(text, options)) chunks.push(chunk);
  return {
    chunks,
    words: chunks.flatMap((chunk) => chunk.words ?? []),
    samples: chunks.reduce((sum, chunk) => sum + chunk.samples.length, 0),
  };
}

const english = 'The train to Paris leaves at ten past four, from platform 12.';
const french = "Bonjour à tous, l'été prochain nous irons à la mer.";

describe('createEspeakEngine', () => {
  let engine: TtsEngine;
  beforeAll(async () => {
    engine = await createEspeakEngine();
  });
  afterAll(() => engine.dispose());

  it.each([
    ['en', english, 'platform'],
    ['fr-FR', french, "l'été"],
  ])('speaks %s in pieces with words', async (voice, text, contained) => {
    const { chunks, words, samples } = await speak(engine, text, { voice });
    const durationMs = (samples / engine.sampleRateHz) * 1000;
    expect(durationMs).toBeGreaterThan(2000);
    expect(durationMs).toBeLessThan(6000);
    expect(chunks.length).toBeGreaterThan(durationMs / 200);
    expect(chunks.every((chunk) => chunk.samples.length > 0 && chunk.sampleRateHz === 22_050)).toBe(true);
    expect(chunks.map((chunk) => chunk.endsPhrase === true).indexOf(true)).toBe(chunks.length - 1);
    expect(Math.max(...chunks.flatMap((chunk) => [...chunk.samples]))).toBeGreaterThan(8000);

    expect(words.map((word) => word.text)).toContain(contained);
    // Espeak reads some small words in one go ("to Paris"), so that not every one has an event of its own.
    expect(words.length).toBeGreaterThanOrEqual(text.split(' ').length - 3);
    let startMs = 0;
    for (const chunk of chunks) {
      const endMs = startMs + (chunk.samples.length / engine.sampleRateHz) * 1000;
      for (const word of chunk.words ?? []) {
        expect(word.startMs).toBeGreaterThanOrEqual(startMs - 1);
        expect(word.startMs).toBeLessThan(endMs + 1);
        expect(word.endMs).toBeGreaterThan(word.startMs);
        expect(word.endMs).toBeLessThanOrEqual(durationMs);
      }
      startMs = endMs;
    }
  });

  it('begins with sound', async () => {
    for (const [voice, text] of [
      ['en', english],
      ['fr', french],
      ['cmn', '你好'],
    ] as const) {
      const [first] = (await speak(engine, text, { voice })).chunks;
      const silent = first!.samples.findIndex((sample) => sample !== 0);
      expect(silent).toBeGreaterThanOrEqual(0);
      expect((silent / engine.sampleRateHz) * 1000).toBeLessThanOrEqual(5);
    }
  });

  it('speaks French and English differently, and a single character', async () => {
    const inEnglish = await speak(engine, french, { voice: 'en' });
    const inFrench = await speak(engine, french, { voice: 'fr' });
    expect(Math.abs(inEnglish.samples - inFrench.samples)).toBeGreaterThan(engine.sampleRateHz / 10);
    for (const character of ['a', 'é', '7', '€']) {
      expect((await speak(engine, character)).samples).toBeGreaterThan(engine.sampleRateHz / 10);
    }
  });

  it('speaks faster and slower', async () => {
    const normal = await speak(engine, english);
    expect((await speak(engine, english, { rate: 2 })).samples / normal.samples).toBeLessThan(0.65);
    expect((await speak(engine, english, { rate: 0.5 })).samples / normal.samples).toBeGreaterThan(1.6);
    expect((await speak(engine, english)).samples / normal.samples).toBeCloseTo(1, 1);
    for (const rate of [0.49, 2.01, Number.NaN, -1]) {
      await expect(speak(engine, english, { rate })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    }
  });

  it('reads markup, phonemes, entities and control characters as text', async () => {
    const seconds = async (text: string) => (await speak(engine, text)).samples / engine.sampleRateHz;
    expect(await seconds('<break time="9s"/>hi')).toBeLessThan(6);
    expect(await seconds('a<b and so on to the end')).toBeGreaterThan(1);
    expect(await seconds('&lt;&gt; is an entity')).toBeCloseTo(await seconds('is an entity'), 1);
    const spelt = await speak(engine, '[[h@l@U]]');
    const spoken = await speak(engine, 'hello');
    expect(spelt.samples).toBeGreaterThan(2 * spoken.samples);
    const commanded = await speak(engine, '\u0001+200S\u0000hello\ud83d');
    expect(commanded.samples).toBeGreaterThan(spoken.samples / 2);
    expect((await speak(engine, 'hello')).samples / spoken.samples).toBeCloseTo(1, 1);
  });

  it('speaks every form of a letter and digit alike', async () => {
    const samples = async (voice: string, text: string) => (await speak(engine, text, { voice })).samples;
    for (const [voice, disguised, plain] of [
      ['de', 'Für über Köln'.normalize('NFD'), 'Für über Köln'],
      ['ja', '１２時です', '12時です'],
      ['en', '𝗛𝗲𝗹𝗹𝗼', 'Hello'],
    ] as const) {
      expect((await samples(voice, disguised)) / (await samples(voice, plain))).toBeCloseTo(1, 1);
      expect((await speak(engine, disguised, { voice })).words.map((word) => word.text).join('')).toBe(
        disguised.replaceAll(' ', ''),
      );
    }
  });

  it('says signs in the language of the voice, and no tags', async () => {
    const seconds = async (voice: string, text: string) =>
      (await speak(engine, text, { voice })).samples / engine.sampleRateHz;
    for (const [voice, sign, word] of [
      ['en', '5 < 7', '5 less than 7'],
      ['de', '5 > 7', '5 größer als 7'],
      ['fr', '5 ≤ 7', '5 inférieur ou égal à 7'],
    ] as const) {
      expect(await seconds(voice, sign)).toBeCloseTo(await seconds(voice, word), 1);
    }
    for (const voice of [
      'en',
      'de',
      'fr',
      'es',
      'it',
      'pt',
      'nl',
      'pl',
      'ru',
      'sv',
      'cs',
      'fi',
      'tr',
      'ja',
      'cmn',
    ])
      for (const sign of ['<', '>', '&', '%', '€', '°', '→', '±', '≤', '≥', '='])
        expect([
          voice,
          sign,
          (await seconds(voice, `5 ${sign} 7`)) > (await seconds(voice, '5 7')) + 0.07,
        ]).toEqual([voice, sign, true]);
    expect(await seconds('en', '<p>This is <b>very</b> good</p>')).toBeCloseTo(
      await seconds('en', 'This is very good'),
      1,
    );
  }, 60_000);

  it('tells every word once, in order', async () => {
    for (const text of [
      'first - second',
      'first – second third',
      '_very_ good',
      'say "hello" to-day well-known foo_bar x_y_z',
      'in the house of a man',
      'the 😀 cat, 2500 € and 3%',
      'мир hello 你好 world',
      'to Paris',
    ]) {
      const { words, samples } = await speak(engine, text);
      expect(words.map((word) => word.text)).toEqual(wordsOf(text).map((word) => word.text));
      words.forEach((word, at) => {
        expect(word.endMs).toBeGreaterThan(word.startMs);
        expect(word.endMs).toBeLessThanOrEqual((samples / engine.sampleRateHz) * 1000 + 1);
        if (at > 0) expect(word.startMs).toBeGreaterThanOrEqual(words[at - 1]!.startMs);
      });
    }
  });

  it('speaks long numbers, words and clauses to their end', async () => {
    const seconds = async (voice: string, text: string) =>
      (await speak(engine, text, { voice })).samples / engine.sampleRateHz;
    for (const [voice, unit, counts] of [
      ['en', '1234567890', [4, 10]],
      ['ja', 'さくらのはなが', [10, 20]],
      ['ko', '나무아래에서', [10, 20]],
      ['ko', '나무 아래 에서 ', [15, 30]],
      ['cmn', '我們去北京看長城', [15, 35]],
      ['en', 'abracadabra', [10, 25]],
    ] as const) {
      const [few, many] = counts;
      const ratio = (await seconds(voice, unit.repeat(many))) / (await seconds(voice, unit.repeat(few)));
      expect([voice, unit, Math.abs(ratio / (many / few) - 1) < 0.12]).toEqual([voice, unit, true]);
    }
  }, 60_000);

  it.each(['', '   ', '...', '😀👩‍👩‍👧', '\u0001'])('refuses %j as empty', async (text) => {
    await expect(speak(engine, text)).rejects.toMatchObject({ code: 'TEXT_EMPTY' });
  });

  it('refuses an unknown voice with a hint', async () => {
    await expect(speak(engine, english, { voice: 'frnch' })).rejects.toMatchObject({
      code: 'VOICE_UNKNOWN',
      hint: expect.stringContaining('fr'),
    });
  });

  it('knows its voices', async () => {
    const voices = await engine.listVoices();
    expect(voices.length).toBeGreaterThan(100);
    expect(new Set(voices.map((voice) => voice.id)).size).toBe(voices.length);
    expect(voices).toContainEqual({ id: 'fr', name: 'French (France)', language: 'fr-FR' });
  });

  it('stops at an abort, before, during and while waiting, and goes on with the next text', async () => {
    await expect(speak(engine, english, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    const controller = new AbortController();
    const { signal } = controller;
    const iterator = engine.synthesize('word '.repeat(20_000), { signal })[Symbol.asyncIterator]();
    for (let piece = 0; piece < 3; piece++) expect((await iterator.next()).done).toBe(false);
    const waiting = expect(speak(engine, english, { signal })).rejects.toMatchObject({ code: 'ABORTED' });
    controller.abort();
    await waiting;
    await expect(iterator.next()).rejects.toMatchObject({ code: 'ABORTED' });
    expect((await speak(engine, english)).samples).toBeGreaterThan(engine.sampleRateHz);
  });

  it('is free again after an abort even if the reader never comes back', async () => {
    const controller = new AbortController();
    const abandoned = engine
      .synthesize(english.repeat(100), { signal: controller.signal })
      [Symbol.asyncIterator]();
    await abandoned.next();
    controller.abort();
    expect((await speak(engine, english)).samples).toBeGreaterThan(engine.sampleRateHz);
  });

  it('starts on 100 000 characters at once and stops when the reader leaves', async () => {
    let pieces = 0;
    for await (const chunk of engine.synthesize(
      'Some words, and more. '.repeat(4546).slice(0, 100_000),
      {},
    )) {
      expect(chunk.samples.length).toBeGreaterThan(0);
      if (++pieces === 40) break;
    }
    expect(pieces).toBe(40);
    expect((await speak(engine, english)).samples).toBeGreaterThan(engine.sampleRateHz);
  });

  it('gives calls made at once their own audio, in order', async () => {
    const texts = ['one', 'one, two, three, four', 'five hundred and fifty-five thousand'];
    const alone: number[] = [];
    for (const text of texts) alone.push((await speak(engine, text)).samples);
    const together = await Promise.all(texts.map((text) => speak(engine, text)));
    together.forEach((speech, index) => expect(speech.samples / alone[index]!).toBeCloseTo(1, 1));
  });
});

describe('the life of an espeak engine', () => {
  it('leaves another engine alone when it is disposed while both speak', async () => {
    const [first, second] = await Promise.all([createEspeakEngine(), createEspeakEngine()]);
    try {
      const iterator = first.synthesize('word '.repeat(2000), {})[Symbol.asyncIterator]();
      await iterator.next();
      const waiting = expect(iterator.next().then(() => drain(iterator))).rejects.toMatchObject({
        code: 'DISPOSED',
      });
      const speech = speak(second, english);
      first.dispose();
      first.dispose();
      await waiting;
      await expect(speak(first, english)).rejects.toMatchObject({ code: 'DISPOSED' });
      expect((await speech).samples).toBeGreaterThan(second.sampleRateHz);
    } finally {
      first.dispose();
      second.dispose();
    }
  });

  it('keeps its memory over 200 sentences', async () => {
    const engine = await createEspeakEngine();
    try {
      const sentences = async (count: number, tag: string) => {
        for (let index = 0; index < count; index++) await speak(engine, `${tag} number ${index}: ${english}`);
      };
      await sentences(60, 'Warm up');
      const before = process.memoryUsage.rss();
      await sentences(200, 'Sentence');
      // Garbage not yet collected amounts to some megabytes; 200 sentences of leaked audio would be 40 MB.
      expect(process.memoryUsage.rss() - before).toBeLessThan(30e6);
    } finally {
      engine.dispose();
    }
  }, 60_000);
});

async function drain(iterator: AsyncIterator<PcmChunk>): Promise<void> {
  while (!(await iterator.next()).done);
}
