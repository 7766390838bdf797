import { type ContractRule, describeRules, type TestFramework } from '../support/contract-rule.js';
import { speak, textOf, type TtsEngineSubject, withEngine } from './tts-engine-subject.js';
import { ttsLifetimeRules } from './tts-lifetime-rules.js';
import assert from 'node:assert/strict';
import { assertTypedRejection } from '../support/error-checks.js';
import { rootMeanSquare } from '../support/test-speech.js';

/** What is announced, and what is heard. */
export const ttsSpeechRules: readonly ContractRule<TtsEngineSubject>[] = [
  {
    title: 'announces a sample rate from 8 000 to 48 000 Hz, and keeps to it in every chunk',
    check: (subject) =>
      withEngine(subject, async (engine) => {
        const { sampleRateHz } = engine;
        assert.ok(
          Number.isInteger(sampleRateHz) && sampleRateHz >= 8000 && sampleRateHz <= 48_000,
          `sampleRateHz is ${sampleRateHz}`,
        );
        const { chunks } = await speak(engine, textOf(subject));
        for (const chunk of chunks) assert.equal(chunk.sampleRateHz, sampleRateHz);
      }),
  },
  {
    title: 'lists its voices: at least one, each with an id of its own, a name and a BCP 47 language tag',
    check: (subject) =>
      withEngine(subject, async (engine) => {
        const voices = await engine.listVoices();
        assert.ok(voices.length > 0, 'there is no voice');
        assert.equal(new Set(voices.map(({ id }) => id)).size, voices.length, 'two voices have one id');
        for (const { id, name, language } of voices) {
          assert.match(id, /\S/);
          assert.match(name, /\S/);
          assert.doesNotThrow(() => Intl.getCanonicalLocales(language), `${id} speaks '${language}'`);
        }
      }),
  },
  {
    title: 'speaks: 16-bit samples that are not silent, and more of them for a longer text',
    check: (subject) =>
      withEngine(subject, async (engine) => {
        const text = textOf(subject);
        const once = await speak(engine, text);
        assert.ok(once.chunks.every(({ samples }) => samples instanceof Int16Array));
        const loudness = Math.max(0, ...once.copies.map((samples) => rootMeanSquare(samples)));
        assert.ok(loudness > 100, `the loudest chunk has a level of ${loudness.toFixed(0)} of 32 767`);
        const twice = await speak(engine, `${text} ${text}`);
        assert.ok(
          twice.durationMs > once.durationMs * 1.2,
          `${once.durationMs.toFixed(0)} ms once, ${twice.durationMs.toFixed(0)} ms twice`,
        );
      }),
  },
  {
    title: 'says one letter, one word and a text of 600 characters',
    check: (subject) =>
      withEngine(subject, async (engine) => {
        const text = textOf(subject);
        const long = `${text} `.repeat(Math.ceil(600 / (text.length + 1))).slice(0, 600);
        for (const sample of ['a', text.split(' ')[0]!, long]) {
          const { durationMs } = await speak(engine, sample);
          assert.ok(durationMs > 0, `nothing is heard of '${sample.slice(0, 20)}'`);
        }
      }),
  },
  {
    title: 'speaks with a voice by its id and by its language',
    check: (subject) =>
      withEngine(subject, async (engine) => {
        const [first] = await engine.listVoices();
        for (const voice of [first!.id, first!.language]) {
          const { durationMs } = await speak(engine, textOf(subject), { voice });
          assert.ok(durationMs > 0, `nothing is heard of '${voice}'`);
        }
      }),
  },
  {
    title: 'refuses a voice that it does not have with VOICE_UNKNOWN',
    check: (subject) =>
      withEngine(subject, (engine) =>
        assertTypedRejection(
          speak(engine, textOf(subject), { voice: 'no such voice' }),
          'a voice that does not exist',
          ['VOICE_UNKNOWN'],
        ),
      ),
  },
  {
    title: 'speaks faster at rate 2 than at rate 0.5',
    check: (subject) =>
      withEngine(subject, async (engine) => {
        const slow = await speak(engine, textOf(subject), { rate: 0.5 });
        const fast = await speak(engine, textOf(subject), { rate: 2 });
        assert.ok(
          fast.durationMs < slow.durationMs * 0.7,
          `${slow.durationMs.toFixed(0)} ms slowly, ${fast.durationMs.toFixed(0)} ms quickly`,
        );
      }),
  },
  {
    title: 'puts words in order, each within the speech (if it tells words)',
    check: (subject) =>
      withEngine(subject, async (engine) => {
        const { chunks, durationMs } = await speak(engine, textOf(subject));
        let fromMs = 0;
        for (const { text, startMs, endMs } of chunks.flatMap(({ words }) => words ?? [])) {
          assert.match(text, /\S/);
          assert.ok(
            startMs >= fromMs && endMs >= startMs,
            `'${text}' is heard from ${startMs} to ${endMs} ms`,
          );
          assert.ok(endMs <= durationMs + 50, `'${text}' ends after the speech, at ${endMs} ms`);
          fromMs = startMs;
        }
      }),
  },
  {
    title: 'makes speech faster than it is heard',
    check: (subject) =>
      withEngine(subject, async (engine) => {
        await speak(engine, textOf(subject));
        const startMs = performance.now();
        const { durationMs } = await speak(engine, textOf(subject));
        const speed = durationMs / (performance.now() - startMs);
        assert.ok(speed >= (subject.minSpeed ?? 1), `${speed.toFixed(2)} times the speed of speaking`);
      }),
  },
];

export const ttsEngineRules: readonly ContractRule<TtsEngineSubject>[] = [
  ...ttsSpeechRules,
  ...ttsLifetimeRules,
];

/** Declares the tests that every contribution to `ttsEngines` must pass. */
export function describeTtsEngine(framework: TestFramework, subject: TtsEngineSubject): void {
  describeRules(framework, `TTS engine contract: ${subject.name}`, ttsEngineRules, subject);
}
