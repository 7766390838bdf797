import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PcmCodec } from './pcm-codec.js';

const codec = new PcmCodec();
const settings = { sampleRateHz: 8000, frameMs: 2.5, bitrateBps: 128_000, complexity: 0 };

describe('PcmCodec', () => {
  it('writes the low byte first', () => {
    const pcm = new Int16Array(20);
    pcm.set([0x1234, -2]);
    expect([...codec.createEncoder(settings).encode(pcm).subarray(0, 4)]).toEqual([0x34, 0x12, 0xfe, 0xff]);
  });

  it('gives back every sample', () => {
    const encoder = codec.createEncoder(settings);
    const decoder = codec.createDecoder(settings);
    const sample = fc.integer({ min: -32768, max: 32767 });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 20, maxLength: 20 }), (samples) => {
        expect([...decoder.decode(encoder.encode(Int16Array.from(samples)))]).toEqual(samples);
      }),
    );
  });

  it('refuses half a sample', () => {
    const decode = () => codec.createDecoder(settings).decode(new Uint8Array(5));
    expect(decode).toThrow(expect.objectContaining({ code: 'CODEC_FAILED', value: 5 }));
  });
});
