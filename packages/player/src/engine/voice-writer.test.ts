import { describe, expect, it } from 'vitest';
import { BlockQueue } from '../ring/block-queue.js';
import { SharedRing, type SharedRingMemory } from '../ring/shared-ring.js';
import { PostedVoiceWriter, SharedVoiceWriter, type VoiceWriter } from './voice-writer.js';

const capacity = 131_072;
const samples = new Float32Array(capacity);

/** A writer, and the worklet that sounds what it writes. */
interface Harness {
  readonly writer: VoiceWriter;
  sound(count: number): void;
  /** Speech goes on for so many samples. */
  goOn(count: number): void;
}

function sharedBench(): Harness {
  let memory: SharedRingMemory | undefined;
  const writer = new SharedVoiceWriter(1, capacity, (command) => {
    if (command.type === 'open') memory = command.memory;
  });
  const ring = new SharedRing(memory!);
  const indices = new Int32Array(memory!.control);
  return {
    writer,
    sound: (count) => ring.skip(count),
    goOn(count) {
      // Playout asks all the time.
      for (let left = count; left > 0; left -= 2 ** 28) {
        for (const slot of [0, 1]) indices[slot] = indices[slot]! + Math.min(left, 2 ** 28);
        writer.queued();
      }
    },
  };
}

function postedBench(): Harness {
  const queue = new BlockQueue();
  const writer: PostedVoiceWriter = new PostedVoiceWriter(1, capacity, 48_000, (command) => {
    if (command.type === 'block') queue.push(command.samples);
  });
  const sound = (count: number): void => {
    queue.skip(count);
    for (const block of queue.takeSpent()) writer.reuse(block);
    writer.notePosition(queue.position, false, 0);
  };
  const goOn = (count: number): void => {
    for (let left = count; left > 0; left -= capacity) {
      writer.write(samples);
      sound(capacity);
    }
  };
  return { writer, sound, goOn };
}

describe('the writer of a voice', () => {
  it.each([
    ['2³¹', 'shared', sharedBench, 2 ** 31],
    ['2³²', 'shared', sharedBench, 2 ** 32],
    ['2³¹', 'posted', postedBench, 2 ** 31],
  ])(
    'knows what is queued after %s samples (%s), whatever was dropped before',
    (_count, _memory, create, count) => {
      const { writer, sound, goOn } = create();
      writer.write(samples.subarray(0, 1000));
      writer.takeBack(400);
      sound(1000);
      writer.write(samples.subarray(0, 1000));
      writer.clear();
      sound(1000);
      expect(writer.queued(0)).toBe(0);
      goOn(count);
      expect(writer.queued(0)).toBe(0);
      expect(writer.write(samples.subarray(0, 5000))).toBe(0);
      expect(writer.queued(0)).toBe(5000);
      sound(2000);
      expect(writer.queued(0)).toBe(3000);
      expect((writer.written - writer.position(0)) >>> 0).toBe(3000);
      writer.takeBack(1000);
      expect(writer.queued(0)).toBe(2000);
      writer.clear();
      expect(writer.queued(0)).toBe(0);
    },
    30_000,
  );

  it.each([
    ['shared', sharedBench],
    ['posted', postedBench],
  ])('says what it takes back (%s)', (_memory, create) => {
    const { writer, sound } = create();
    writer.write(samples.subarray(0, 1000));
    sound(700);
    expect(writer.takeBack(200)).toEqual({ from: 800, until: 1000 });
    expect(writer.queued(0)).toBe(100);
  });
});
