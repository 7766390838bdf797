import { type ContractRule, describeRules, type TestFramework } from '../support/contract-rule.js';
import { codecInputRules } from './codec-input-rules.js';
import { codecOwnershipRules } from './codec-ownership-rules.js';
import { type CodecSubject, frameSamplesOf, framesOf, someSettings } from './codec-subject.js';
import assert from 'node:assert/strict';
import { bestCorrelation, createTestSpeech, rootMeanSquare } from '../support/test-speech.js';

/** Level below which nobody hears anything. */
const silenceLevel = 40;

/** What must be heard. */
export const codecSoundRules: readonly ContractRule<CodecSubject>[] = [
  {
    title: 'decodes every frame to as many samples as went in, for each duration and sample rate',
    check(subject) {
      const factory = subject.createFactory();
      for (const sampleRateHz of factory.sampleRatesHz) {
        for (const frameMs of factory.frameDurationsMs) {
          const settings = someSettings(factory, { sampleRateHz, frameMs });
          const encoder = factory.createEncoder(settings);
          const decoder = factory.createDecoder({ sampleRateHz });
          const frameSamples = frameSamplesOf(settings);
          const pcm = createTestSpeech(sampleRateHz, frameMs * 3);
          for (const frame of framesOf(pcm, frameSamples)) {
            const decoded = decoder.decode(encoder.encode(frame));
            assert.equal(decoded.length, frameSamples, `${frameMs} ms at ${sampleRateHz} Hz`);
          }
          encoder.dispose();
          decoder.dispose();
        }
      }
    },
  },
  {
    title: 'gives back the sound that went in',
    check(subject) {
      const factory = subject.createFactory();
      const settings = someSettings(factory, { bitrateBps: 32000 });
      const pcm = createTestSpeech(settings.sampleRateHz, 1200);
      const heard = throughCodec(subject, pcm);
      const maxLag = Math.round((settings.sampleRateHz * (subject.maxDelayMs ?? 10)) / 1000);
      const correlation = bestCorrelation(pcm, heard, maxLag);
      const least = subject.minCorrelation ?? 0.7;
      assert.ok(correlation >= least, `correlation ${correlation.toFixed(3)} is below ${least}`);
    },
  },
  {
    title: 'keeps silence silent',
    check(subject) {
      const { sampleRateHz } = someSettings(subject.createFactory());
      const heard = throughCodec(subject, new Int16Array(sampleRateHz / 2));
      const level = rootMeanSquare(heard);
      assert.ok(level < silenceLevel, `silence comes out with a level of ${level.toFixed(0)} of 32 767`);
    },
  },
  {
    title: 'takes the loudest sound without wrapping it round',
    check(subject) {
      const { sampleRateHz } = someSettings(subject.createFactory());
      const pcm = steadyTone(sampleRateHz, 500).map((sample) =>
        Math.max(-32_768, Math.min(32_767, sample * 8)),
      );
      const heard = throughCodec(subject, pcm);
      const maxLag = Math.round((sampleRateHz * (subject.maxDelayMs ?? 10)) / 1000);
      const correlation = bestCorrelation(pcm, heard, maxLag);
      const least = subject.minCorrelation ?? 0.7;
      assert.ok(correlation >= least, `correlation ${correlation.toFixed(3)} is below ${least}`);
      const ratio = rootMeanSquare(heard) / rootMeanSquare(pcm);
      assert.ok(ratio > 0.5, `what comes out has ${ratio.toFixed(2)} of the level`);
    },
  },
  {
    title: 'takes new settings between frames without a break in the sound',
    check(subject) {
      const factory = subject.createFactory();
      const first = someSettings(factory);
      const encoder = factory.createEncoder(first);
      const decoder = factory.createDecoder({ sampleRateHz: first.sampleRateHz });
      const pcm = steadyTone(first.sampleRateHz, 3000);
      const steps = factory.frameDurationsMs.flatMap((frameMs) => [
        { ...first, frameMs, bitrateBps: 32000, complexity: 8 },
        { ...first, frameMs, bitrateBps: 14000, complexity: 2 },
      ]);
      const heard: number[] = [];
      let at = 0;
      for (const settings of [first, ...steps, first]) {
        encoder.configure(settings);
        const frameSamples = frameSamplesOf(settings);
        // Enough frames of each kind for a break to show in a 20 ms window.
        const count = Math.max(2, Math.ceil(60 / settings.frameMs));
        for (let i = 0; i < count && at + frameSamples <= pcm.length; i++, at += frameSamples) {
          const decoded = decoder.decode(encoder.encode(pcm.subarray(at, at + frameSamples)));
          assert.equal(decoded.length, frameSamples, `frame of ${settings.frameMs} ms after a change`);
          heard.push(...decoded);
        }
      }
      const windowSamples = Math.round(first.sampleRateHz / 50);
      const windows = framesOf(Int16Array.from(heard), windowSamples).slice(2);
      const loudness = windows.map((window) => rootMeanSquare(window)).sort((a, b) => a - b);
      const median = loudness[loudness.length >> 1]!;
      assert.ok(
        loudness[0]! > median * 0.3,
        `a window of 20 ms fell to ${(loudness[0]! / median).toFixed(2)} of the rest`,
      );
    },
  },
  {
    title:
      'conceals exactly the samples asked for, no louder than before, and ends in silence (if it conceals)',
    check(subject) {
      const factory = subject.createFactory();
      const { sampleRateHz } = someSettings(factory);
      const decoder = factory.createDecoder({ sampleRateHz });
      if (decoder.conceal === undefined) return;
      const before = decodeAll(subject, steadyTone(sampleRateHz, 200), decoder);
      const loudest = before.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      for (const count of [0, 1, Math.round(sampleRateHz / 50)]) {
        const filled = decoder.conceal(count);
        assert.equal(filled.length, count, `conceal(${count})`);
        for (const sample of filled)
          assert.ok(Math.abs(sample) <= loudest * 1.5, 'louder than what was heard before');
      }
      let last = decoder.conceal(Math.round(sampleRateHz / 10));
      for (let i = 0; i < 10; i++) last = decoder.conceal(Math.round(sampleRateHz / 10));
      assert.equal(rootMeanSquare(last), 0, 'sound after one second without a frame');
    },
  },
];

function throughCodec(subject: CodecSubject, pcm: Int16Array): Int16Array {
  const factory = subject.createFactory();
  const decoder = factory.createDecoder({ sampleRateHz: someSettings(factory).sampleRateHz });
  return decodeAll(subject, pcm, decoder);
}

function decodeAll(
  subject: CodecSubject,
  pcm: Int16Array,
  decoder: { decode(payload: Uint8Array): Int16Array },
): Int16Array {
  const factory = subject.createFactory();
  const settings = someSettings(factory, { bitrateBps: 32000 });
  const encoder = factory.createEncoder(settings);
  const heard: number[] = [];
  for (const frame of framesOf(pcm, frameSamplesOf(settings)))
    heard.push(...decoder.decode(encoder.encode(frame)));
  return Int16Array.from(heard);
}

function steadyTone(sampleRateHz: number, durationMs: number): Int16Array {
  const samples = new Int16Array(Math.round((sampleRateHz * durationMs) / 1000));
  for (let i = 0; i < samples.length; i++) {
    const angle = (2 * Math.PI * i) / sampleRateHz;
    samples[i] = Math.round(6000 * Math.sin(220 * angle) + 3000 * Math.sin(440 * angle));
  }
  return samples;
}

export const codecRules: readonly ContractRule<CodecSubject>[] = [
  ...codecInputRules,
  ...codecOwnershipRules,
  ...codecSoundRules,
];

/** Declares the tests that every contribution to `codecs` must pass. */
export function describeCodec(framework: TestFramework, subject: CodecSubject): void {
  describeRules(framework, `codec contract: ${subject.name}`, codecRules, subject);
}
