import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameQueue, type SpokenFrame } from './frame-queue.js';
import { ReplayBuffer } from './replay-buffer.js';

const sampleRateHz = 24_000;

function spoken(
  index: number,
  { frameMs = 20, bytes = 60, codecId = 'opus', isMute = false } = {},
): SpokenFrame {
  const pcm = new Int16Array((frameMs * sampleRateHz) / 1000).fill(index);
  const format = { codecId, sampleRateHz, frameMs };
  const frame = { index, payload: new Uint8Array(bytes), format, ...(isMute ? {} : { pcm }) };
  return { frame, endsPhrase: false };
}

function keep(count: number): ReplayBuffer {
  const kept = new ReplayBuffer();
  for (let index = 0; index < count; index++) kept.add(spoken(index));
  return kept;
}

const indices = (items: readonly SpokenFrame[] | undefined): number[] | undefined =>
  items?.map(({ frame }) => frame.index);

describe('ReplayBuffer', () => {
  it('gives what follows a frame, as long as it was not forgotten', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.nat(60), (count, forgotten, from) => {
        const kept = keep(count);
        kept.forgetBefore(forgotten, 0);
        const found = indices(kept.from(from, count));
        if (from >= count) expect(found).toEqual([]);
        else if (from < forgotten) expect(found).toBeUndefined();
        else expect(found).toEqual(Array.from({ length: count - from }, (_, at) => from + at));
      }),
    );
  });

  it('keeps a margin for what the codec holds back', () => {
    const kept = keep(10);
    kept.forgetBefore(5, 7);
    expect(kept.tailBefore(5, 7)).toEqual(new Int16Array(168).fill(4));
    expect(kept.tailBefore(4, 7)).toHaveLength(0);
    expect(kept.tailBefore(5, 0)).toHaveLength(0);
  });

  it('is bounded, and says what it gave up', () => {
    const kept = keep(2000);
    expect([kept.keptMs, kept.droppedFrames]).toEqual([30_000, 500]);
    expect(kept.from(499, 2000)).toBeUndefined();
    expect(kept.from(500, 2000)).toHaveLength(1500);
    kept.clear();
    expect([kept.keptMs, kept.from(1999, 2000)]).toEqual([0, undefined]);
  });

  it('offers nothing that it could not say otherwise', () => {
    const kept = keep(3);
    kept.add(spoken(3, { isMute: true }));
    expect(kept.from(1, 4)).toBeUndefined();
  });
});

describe('FrameQueue', () => {
  it('takes what fits a packet and is of one format, in order, and at least one frame', () => {
    const queue = new FrameQueue();
    queue.add(
      spoken(0),
      spoken(1),
      spoken(2),
      spoken(3, { frameMs: 60 }),
      spoken(4, { codecId: 'pcm', frameMs: 60 }),
      spoken(5, { bytes: 500, codecId: 'pcm', frameMs: 60 }),
    );
    const taken: (number[] | undefined)[] = [];
    while (queue.length > 0) taken.push(indices(queue.removeBatch(125)));
    expect(taken).toEqual([[0, 1], [2], [3], [4], [5]]);
  });
});
