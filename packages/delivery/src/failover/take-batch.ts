import { frameLengthBytes } from '@eloquence/wire';
import type { SpokenFrame } from './replay-buffer.js';

const maxFrames = 255;

/** Takes from the front of the queue what fits one packet: frames of one format. */
export function takeBatch(queue: SpokenFrame[], maxBytes: number): SpokenFrame[] {
  const batch: SpokenFrame[] = [];
  let bytes = 0;
  for (let next = queue[0]; next !== undefined && batch.length < maxFrames; next = queue[0]) {
    const { frame } = next;
    bytes += frame.payload.length + frameLengthBytes(frame.payload.length);
    const first = batch[0]?.frame;
    const isOther =
      first !== undefined &&
      (first.format.codecId !== frame.format.codecId || first.format.frameMs !== frame.format.frameMs);
    if (first !== undefined && (bytes > maxBytes || isOther)) break;
    queue.shift();
    batch.push(next);
  }
  return batch;
}
