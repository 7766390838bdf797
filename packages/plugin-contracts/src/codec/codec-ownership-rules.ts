import assert from 'node:assert/strict';
import type { ContractRule } from '../support/contract-rule.js';
import { createTestSpeech } from '../support/test-speech.js';
import { type CodecSubject, frameSamplesOf, framesOf, hexOf, someSettings } from './codec-subject.js';

const streamCount = 64;

/** Who may write where, and what encoders share: nothing. */
export const codecOwnershipRules: readonly ContractRule<CodecSubject>[] = [
  {
    title: 'leaves a payload alone once it is handed over',
    check(subject) {
      const { encoder, frames } = speechFrames(subject);
      const payloads = frames.map((frame) => encoder.encode(frame));
      const atOnce = speechFrames(subject);
      const copies = atOnce.frames.map((frame) => hexOf(atOnce.encoder.encode(frame)));
      assert.deepEqual(payloads.map(hexOf), copies);
    },
  },
  {
    title: 'keeps nothing of the samples it was given',
    check(subject) {
      const expected = encodeFreshly(subject);
      const { encoder, frames } = speechFrames(subject);
      const reused = new Int16Array(frames[0]!.length);
      const payloads = frames.map((frame) => {
        reused.set(frame);
        const payload = encoder.encode(reused);
        reused.fill(-1);
        return payload;
      });
      assert.deepEqual(payloads.map(hexOf), expected);
    },
  },
  {
    title: 'reads samples and payloads at their place in a larger buffer',
    check(subject) {
      const { encoder, frames, settings, factory } = speechFrames(subject);
      const plain = factory.createDecoder(settings);
      const shifted = factory.createDecoder(settings);
      const pooled = factory.createDecoder(settings);
      const expected = encodeFreshly(subject);
      for (const [index, frame] of frames.entries()) {
        const room = new Int16Array(frame.length + 20).fill(12345);
        room.set(frame, 7);
        const payload = encoder.encode(room.subarray(7, 7 + frame.length));
        assert.equal(hexOf(payload), expected[index], `frame ${index}`);
        const packet = new Uint8Array(payload.length + 9).fill(0xee);
        packet.set(payload, 3);
        const heard = soundOf(plain.decode(payload));
        assert.equal(
          soundOf(shifted.decode(packet.subarray(3, 3 + payload.length))),
          heard,
          `decoded frame ${index}`,
        );
        assert.equal(
          soundOf(pooled.decode(Buffer.from(payload))),
          heard,
          `frame ${index} decoded from a Buffer`,
        );
      }
    },
  },
  {
    title: `runs ${streamCount} encoders and decoders side by side, each as if it were alone`,
    check(subject) {
      const expected = encodeFreshly(subject);
      const streams = Array.from({ length: streamCount }, () => speechFrames(subject));
      const decoders = streams.map((stream) => stream.factory.createDecoder(stream.settings));
      const alone = streams[0]!.factory.createDecoder(streams[0]!.settings);
      for (const [index, bytes] of expected.entries()) {
        const heardAlone = soundOf(alone.decode(Uint8Array.from(Buffer.from(bytes, 'hex'))));
        for (const [at, stream] of streams.entries()) {
          const payload = stream.encoder.encode(stream.frames[index]!);
          assert.equal(hexOf(payload), bytes, `frame ${index} of stream ${at}`);
          assert.equal(soundOf(decoders[at]!.decode(payload)), heardAlone, `decoded frame ${index}, ${at}`);
        }
      }
    },
  },
];

function speechFrames(subject: CodecSubject) {
  const factory = subject.createFactory();
  const settings = someSettings(factory);
  const pcm = createTestSpeech(settings.sampleRateHz, settings.frameMs * 6);
  return {
    factory,
    settings,
    encoder: factory.createEncoder(settings),
    frames: framesOf(pcm, frameSamplesOf(settings)),
  };
}

/** Decoded samples as text: quick to compare, and short to print. */
function soundOf(pcm: Int16Array): string {
  return hexOf(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength));
}

function encodeFreshly(subject: CodecSubject): string[] {
  const { encoder, frames } = speechFrames(subject);
  return frames.map((frame) => hexOf(encoder.encode(Int16Array.from(frame))));
}
