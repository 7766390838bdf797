import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TenMsBlocks } from './ten-ms-blocks.js';

describe('TenMsBlocks', () => {
  it('keeps every sample in order, in blocks of whole 10 ms, padded only at the end', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(8000, 16_000, 24_000, 44_100, 48_000),
        fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 20 }),
        (sampleRateHz, lengths) => {
          const blocks = new TenMsBlocks(sampleRateHz);
          const unit = sampleRateHz / 100;
          const out: number[] = [];
          let next = 1;
          for (const length of lengths) {
            // A view with an offset, as codecs hand them out.
            const pcm = new Int16Array(length + 7).subarray(7);
            for (let at = 0; at < length; at++) pcm[at] = next++ % 32_000;
            const block = blocks.push(pcm);
            if (block === undefined) continue;
            expect(block.byteOffset).toBe(0);
            expect(block.buffer.byteLength).toBe(block.byteLength);
            expect(block.length % unit).toBe(0);
            out.push(...block);
          }
          out.push(...(blocks.flush() ?? []));
          expect(blocks.flush()).toBeUndefined();
          const total = next - 1;
          expect(out.length).toBe(Math.ceil(total / unit) * unit);
          expect(out.findIndex((sample, at) => sample !== (at < total ? (at + 1) % 32_000 : 0))).toBe(-1);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('refuses rates without whole samples in 10 ms', () => {
    expect(() => new TenMsBlocks(22_050)).toThrow(RangeError);
  });
});
