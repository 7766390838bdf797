import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockQueue, type SampleSource } from './block-queue.js';
import { SharedRing, allocateSharedRing } from './shared-ring.js';

interface Ring {
  readonly source: SampleSource;
  write(samples: Float32Array): number;
}

const rings: Readonly<Record<string, () => Ring>> = {
  'a shared ring': () => {
    const memory = allocateSharedRing(1000);
    const writer = new SharedRing(memory);
    // The two ends are different objects over one memory, as they are in two threads.
    return { source: new SharedRing(memory), write: (samples) => writer.write(samples) };
  },
  'a queue of blocks': () => {
    const queue = new BlockQueue();
    return {
      source: queue,
      write(samples) {
        queue.push(samples.slice());
        return samples.length;
      },
    };
  },
};

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('write' as const), count: fc.nat(400) }),
    fc.record({ kind: fc.constant('read' as const), count: fc.nat(400) }),
    fc.record({ kind: fc.constant('skip' as const), count: fc.nat(200) }),
  ),
  { maxLength: 80 },
);

describe.each(Object.entries(rings))('%s', (_name, create) => {
  it('gives back every sample once and in order, whatever is written, read and skipped', () => {
    fc.assert(
      fc.property(steps, (plan) => {
        const { source, write } = create();
        const into = new Float32Array(400);
        let written = 0;
        let read = 0;
        for (const { kind, count } of plan) {
          if (kind === 'write') {
            written += write(Float32Array.from({ length: count }, (_, at) => written + at));
          } else if (kind === 'read') {
            const taken = source.read(into, count);
            expect(taken).toBe(Math.min(count, written - read));
            for (let at = 0; at < taken; at++) expect(into[at]).toBe(read + at);
            read += taken;
          } else {
            source.skip(count);
            read += Math.min(count, written - read);
          }
          expect(source.available).toBe(written - read);
          expect(source.position).toBe(read);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('a shared ring', () => {
  it('takes no more than it can hold', () => {
    const ring = new SharedRing(allocateSharedRing(100));
    expect(ring.capacity).toBe(128);
    expect(ring.write(new Float32Array(200))).toBe(128);
    expect(ring.write(new Float32Array(1))).toBe(0);
  });

  it('goes on when the count of samples wraps', () => {
    const memory = allocateSharedRing(16);
    const control = new Int32Array(memory.control);
    control.fill(0x7ffffffa);
    const ring = new SharedRing(memory);
    const into = new Float32Array(10);
    for (let round = 0; round < 4; round++) {
      const sent = Float32Array.from({ length: 10 }, (_, at) => round * 10 + at);
      expect(ring.write(sent)).toBe(10);
      expect(ring.read(into, 10)).toBe(10);
      expect(into).toEqual(sent);
    }
    control.fill(-3);
    expect(ring.write(new Float32Array(6))).toBe(6);
    expect(ring.available).toBe(6);
    expect(ring.position).toBe(0xfffffffd);
  });
});

describe('a queue of blocks', () => {
  it('hands back the memory of blocks that were read', () => {
    const queue = new BlockQueue();
    const blocks = [new Float32Array(10), new Float32Array(10)];
    for (const block of blocks) queue.push(block);
    queue.read(new Float32Array(15), 15);
    expect(queue.takeSpent()).toEqual([blocks[0]]);
    queue.skip(5);
    expect(queue.takeSpent()).toEqual([blocks[1]]);
    expect(queue.takeSpent()).toEqual([]);
  });
});
