import { createSeededRandom } from '@eloquence/base';
import type { Decoder } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { Doubler } from './doubler.js';
import { createOpusDecoderCodec } from './opus-decoder-codec.js';
import { OpusModule } from './opus-module.js';
import { createPcmDecoderCodec } from './pcm-decoder-codec.js';

const module = await OpusModule.load();
const opus = createOpusDecoderCodec(module);
const pcm = createPcmDecoderCodec();

/** A frame of 20 ms (SILK, wide band) without any coded content: a valid packet (RFC 6716, section 3.1). */
const emptyFrame = Uint8Array.from([0x48]);

describe('the Opus decoder', () => {
  it('decodes at every rate to the length of the frame', () => {
    for (const sampleRateHz of opus.sampleRatesHz) {
      const decoder = opus.createDecoder({ sampleRateHz });
      expect(decoder.decode(emptyFrame).length).toBe(sampleRateHz / 50);
      decoder.dispose();
    }
  });

  it('begins each time with a fresh decoder, and runs many side by side in one memory', () => {
    const decoders = Array.from({ length: 200 }, () => opus.createDecoder({ sampleRateHz: 24_000 }));
    const random = createSeededRandom(5);
    const frame = Uint8Array.from({ length: 60 }, (_, at) =>
      at === 0 ? 0x48 : Math.floor(random.next() * 256),
    );
    const first = decoders.map((decoder) => [...decoder.decode(frame)]);
    for (const samples of first) expect(samples).toEqual(first[0]);
    for (const decoder of decoders) decoder.dispose();
    // Memory comes back: five thousand more would not fit otherwise.
    for (let count = 0; count < 5000; count++) opus.createDecoder({ sampleRateHz: 24_000 }).dispose();
    expect(opus.createDecoder({ sampleRateHz: 24_000 }).decode(frame)).toEqual(Int16Array.from(first[0]!));
  });

  it('throws at what is no packet, and goes on', () => {
    const decoder = opus.createDecoder({ sampleRateHz: 24_000 });
    for (const payload of [new Uint8Array(0), Uint8Array.from([0x03]), new Uint8Array(8000)])
      expect(() => decoder.decode(payload)).toThrowError(expect.objectContaining({ code: 'CODEC_FAILED' }));
    expect(decoder.decode(emptyFrame).length).toBe(480);
  });

  it('says so when its memory is used up, and has it back afterwards', async () => {
    const codec = createOpusDecoderCodec(await OpusModule.load());
    const decoders: Decoder[] = [];
    const open = (): void => {
      for (;;) decoders.push(codec.createDecoder({ sampleRateHz: 24_000 }));
    };
    expect(open).toThrowError(expect.objectContaining({ code: 'CODEC_FAILED' }));
    const count = decoders.length;
    expect(count).toBeGreaterThan(500);
    for (const decoder of decoders.splice(0)) decoder.dispose();
    expect(open).toThrowError(expect.objectContaining({ code: 'CODEC_FAILED' }));
    expect(decoders.length).toBeGreaterThan(0.95 * count);
  });

  it('survives random payloads at every rate, with its memory unharmed', () => {
    const random = createSeededRandom(1);
    let decoded = 0;
    for (const sampleRateHz of opus.sampleRatesHz) {
      const decoder = opus.createDecoder({ sampleRateHz });
      for (let count = 0; count < 3000; count++) {
        const payload = Uint8Array.from({ length: Math.floor(random.next() * 200) }, () =>
          Math.floor(random.next() * 256),
        );
        try {
          expect(decoder.decode(payload).length).toBeLessThanOrEqual((sampleRateHz * 120) / 1000);
          decoded++;
        } catch (error) {
          expect(error).toMatchObject({ code: 'CODEC_FAILED' });
        }
        if (count % 100 === 0) opus.createDecoder({ sampleRateHz }).dispose();
      }
      decoder.dispose();
    }
    expect(decoded).toBeGreaterThan(1000);
  });

  it('fills a gap with what could follow, and decodes on as if there had been none', () => {
    const random = createSeededRandom(9);
    const packets = Array.from({ length: 30 }, () =>
      Uint8Array.from({ length: 60 }, (_, at) => (at === 0 ? 0x48 : Math.floor(random.next() * 256))),
    );
    for (const sampleRateHz of [24_000, 48_000]) {
      const straight = opus.createDecoder({ sampleRateHz });
      const gapped = opus.createDecoder({ sampleRateHz });
      const blended = (sampleRateHz * 2.5) / 1000;
      for (const [index, packet] of packets.entries()) {
        const wanted = [...straight.decode(packet)];
        if (index === 20) {
          const fill = [1, 2, 3].flatMap(() => [...gapped.conceal!(sampleRateHz / 100)]);
          expect(fill.some((sample) => Math.abs(sample) > 50)).toBe(true);
        }
        const got = [...gapped.decode(packet)];
        if (index === 20) expect(got.slice(0, blended)).not.toEqual(wanted.slice(0, blended));
        const from = index === 20 ? blended : 0;
        expect(got.slice(from)).toEqual(wanted.slice(from));
      }
      straight.dispose();
      gapped.dispose();
    }
  });

  it('makes up nothing for more than 120 ms', () => {
    const decoder = opus.createDecoder({ sampleRateHz: 24_000 });
    decoder.decode(emptyFrame);
    for (let count = 0; count < 6; count++) decoder.conceal!(480);
    expect(new Set(decoder.conceal!(480))).toEqual(new Set([0]));
    decoder.dispose();
    expect(decoder.conceal!(480)).toHaveLength(0);
  });

  it('gives frames of 60 ms their length at 48 kHz, too', () => {
    const decoder = opus.createDecoder({ sampleRateHz: 48_000 });
    const random = createSeededRandom(2);
    for (const toc of [0x18, 0x38, 0x58]) {
      const payload = Uint8Array.from({ length: 80 }, (_, at) =>
        at === 0 ? toc : Math.floor(random.next() * 256),
      );
      expect(decoder.decode(payload).length).toBe(2880);
    }
  });

  it('cannot be used after its release, nor to encode', () => {
    const decoder = opus.createDecoder({ sampleRateHz: 24_000 });
    decoder.dispose();
    decoder.dispose();
    expect(() => decoder.decode(emptyFrame)).toThrowError(expect.objectContaining({ code: 'DISPOSED' }));
    expect(() =>
      opus.createEncoder({ sampleRateHz: 24_000, frameMs: 20, bitrateBps: 24_000, complexity: 5 }),
    ).toThrowError(expect.objectContaining({ code: 'CODEC_FAILED' }));
  });
});

describe('the PCM decoder', () => {
  it('reads 16-bit samples, the low byte first, at any place of a buffer', () => {
    const decoder = pcm.createDecoder({ sampleRateHz: 24_000 });
    const bytes = Uint8Array.from([9, 1, 0, 255, 255, 0, 128]);
    expect([...decoder.decode(bytes.subarray(1))]).toEqual([1, -1, -32_768]);
  });

  it('refuses half a sample, and frames of more than 120 ms', () => {
    const decoder = pcm.createDecoder({ sampleRateHz: 8000 });
    for (const length of [3, 8000 * 0.24 + 2])
      expect(() => decoder.decode(new Uint8Array(length))).toThrowError(
        expect.objectContaining({ code: 'CODEC_FAILED' }),
      );
  });
});

describe('the doubler', () => {
  it('keeps a tone, at twice the rate, however it is cut', () => {
    const tone =
      (rateHz: number, delay = 0) =>
      (_: unknown, at: number) =>
        0.5 * Math.sin((2 * Math.PI * 1000 * (at - delay)) / rateHz);
    const input = Float32Array.from({ length: 2400 }, tone(24_000));
    const doubler = new Doubler();
    const out = [0, 1, 700, 701].flatMap((from, index, cuts) => [
      ...doubler.convert(input.subarray(from, cuts[index + 1] ?? input.length)),
    ]);
    const wanted = Array.from({ length: 4800 }, tone(48_000, 24));
    expect(out).toHaveLength(4800);
    for (let at = 100; at < 4800; at++) expect(Math.abs(out[at]! - wanted[at]!)).toBeLessThan(0.002);
  });
});
