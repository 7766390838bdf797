import assert from 'node:assert/strict';
import { createSeededRandom } from '@eloquence/base';
import { isEloquenceError } from '@eloquence/plugin-api';
import type { ContractRule } from '../support/contract-rule.js';
import { assertTypedError, nameOf } from '../support/error-checks.js';
import { createTestSpeech } from '../support/test-speech.js';
import { type CodecSubject, frameSamplesOf, someSettings } from './codec-subject.js';

const longestFrameMs = 120;
const corruptPayloads = 500;

/** What is announced, and what happens to input that keeps to nothing. */
export const codecInputRules: readonly ContractRule<CodecSubject>[] = [
  {
    title: 'announces its frame durations and sample rates, ascending',
    check(subject) {
      const factory = subject.createFactory();
      for (const [field, values] of [
        ['frameDurationsMs', factory.frameDurationsMs],
        ['sampleRatesHz', factory.sampleRatesHz],
      ] as const) {
        assert.ok(values.length > 0, `${field} is empty`);
        for (const [index, value] of values.entries()) {
          assert.ok(Number.isFinite(value) && value > 0, `${field} contains ${value}`);
          assert.ok(index === 0 || value > values[index - 1]!, `${field} is not ascending at ${value}`);
        }
      }
    },
  },
  {
    title: 'refuses a sample rate and a frame duration that it did not announce',
    check(subject) {
      const factory = subject.createFactory();
      const settings = someSettings(factory);
      for (const wrong of [Number.NaN, 0, -1, 12345]) {
        assertTypedError(
          () => factory.createEncoder({ ...settings, sampleRateHz: wrong }),
          `an encoder at ${wrong} Hz`,
        );
        assertTypedError(() => factory.createDecoder({ sampleRateHz: wrong }), `a decoder at ${wrong} Hz`);
        assertTypedError(
          () => factory.createEncoder({ ...settings, frameMs: wrong }),
          `frames of ${wrong} ms`,
        );
      }
    },
  },
  {
    title: 'refuses a frame of another size with CODEC_FAILED, and encodes the next one',
    check(subject) {
      const factory = subject.createFactory();
      const settings = someSettings(factory);
      const encoder = factory.createEncoder(settings);
      const frameSamples = frameSamplesOf(settings);
      const speech = createTestSpeech(settings.sampleRateHz, settings.frameMs * 2);
      for (const count of [0, 1, frameSamples - 1, frameSamples + 1, frameSamples * 2]) {
        assertTypedError(() => encoder.encode(speech.subarray(0, count)), `a frame of ${count} samples`, [
          'CODEC_FAILED',
        ]);
      }
      assert.ok(encoder.encode(speech.subarray(0, frameSamples)).length > 0);
    },
  },
  {
    title:
      'answers corrupt payloads with CODEC_FAILED or with at most 120 ms of sound, and decodes the next one',
    check(subject) {
      const factory = subject.createFactory();
      const settings = someSettings(factory);
      const decoder = factory.createDecoder(settings);
      const random = createSeededRandom(7);
      const maxSamples = (settings.sampleRateHz * longestFrameMs) / 1000;
      assertTypedError(() => decoder.decode(new Uint8Array(0)), 'an empty payload', ['CODEC_FAILED']);
      for (let i = 0; i < corruptPayloads; i++) {
        const bytes = Uint8Array.from(
          { length: 1 + Math.floor(random.next() * 400) },
          () => random.next() * 256,
        );
        let length = 0;
        try {
          length = decoder.decode(bytes).length;
        } catch (error) {
          assert.ok(isEloquenceError(error) && error.code === 'CODEC_FAILED', `threw ${nameOf(error)}`);
        }
        assert.ok(length <= maxSamples, `${length} samples from ${bytes.length} bytes`);
      }
      const speech = createTestSpeech(settings.sampleRateHz, settings.frameMs);
      const payload = factory.createEncoder(settings).encode(speech);
      assert.equal(decoder.decode(payload).length, speech.length);
    },
  },
  {
    title: 'can be disposed twice, and says DISPOSED when used afterwards',
    check(subject) {
      const factory = subject.createFactory();
      const settings = someSettings(factory);
      const speech = createTestSpeech(settings.sampleRateHz, settings.frameMs);
      const encoder = factory.createEncoder(settings);
      const decoder = factory.createDecoder(settings);
      const payload = encoder.encode(speech);
      encoder.dispose();
      encoder.dispose();
      decoder.dispose();
      decoder.dispose();
      assertTypedError(() => encoder.encode(speech), 'encode after dispose', ['DISPOSED']);
      assertTypedError(() => encoder.configure(settings), 'configure after dispose', ['DISPOSED']);
      assertTypedError(() => decoder.decode(payload), 'decode after dispose', ['DISPOSED']);
    },
  },
  {
    title: 'encodes a frame in less than half of its duration',
    check(subject) {
      const factory = subject.createFactory();
      const settings = someSettings(factory, { complexity: 10 });
      const encoder = factory.createEncoder(settings);
      const speech = createTestSpeech(settings.sampleRateHz, settings.frameMs);
      const times: number[] = [];
      for (let i = 0; i < 31; i++) {
        const startMs = performance.now();
        encoder.encode(speech);
        times.push(performance.now() - startMs);
      }
      const medianMs = times.sort((a, b) => a - b)[times.length >> 1]!;
      assert.ok(
        medianMs < settings.frameMs / 2,
        `${medianMs.toFixed(1)} ms for ${settings.frameMs} ms of sound`,
      );
    },
  },
];
