import { type Deferred, createDeferred } from '@eloquence/base';
import type { EncodedFrame, FrameBatch } from '@eloquence/plugin-api';
import { frameLengthBytes } from '@eloquence/wire';

/** A frame with its PCM, as it may have to be said again. */
export interface SpokenFrame {
  readonly frame: EncodedFrame;
  readonly endsPhrase: boolean;
}

export function spokenFrames({ frames, endsPhrase }: FrameBatch): SpokenFrame[] {
  return frames.map((frame, at) => ({ frame, endsPhrase: endsPhrase === true && at === frames.length - 1 }));
}

/** Audio that waits for the media lane before the writer is held back, ms. */
const maxQueuedMs = 400;
/** Frames that one packet may hold. */
const maxBatchFrames = 255;

/** Frames that wait for the media lane, or to be sent when the data lane has been opened again. */
export class FrameQueue {
  readonly #frames: SpokenFrame[] = [];
  #room: Deferred<void> | undefined;
  #more: Deferred<void> | undefined;

  get length(): number {
    return this.#frames.length;
  }

  /** Audio in the queue, ms. */
  get durationMs(): number {
    let ms = 0;
    for (const { frame } of this.#frames) ms += frame.format.frameMs;
    return ms;
  }

  /** Samples in the queue. */
  get sampleCount(): number {
    let samples = 0;
    for (const { frame } of this.#frames) samples += frame.pcm?.length ?? 0;
    return samples;
  }

  /** Whether the writer may go on. */
  get hasRoom(): boolean {
    return this.durationMs < maxQueuedMs;
  }

  add(...frames: readonly SpokenFrame[]): void {
    this.#frames.push(...frames);
  }

  removeFirst(): SpokenFrame | undefined {
    return this.#frames.shift();
  }

  /** Removes from the front what fits one packet: frames of one format. */
  removeBatch(maxBytes: number): SpokenFrame[] {
    const batch: SpokenFrame[] = [];
    let bytes = 0;
    for (let next = this.#frames[0]; next && batch.length < maxBatchFrames; next = this.#frames[0]) {
      const { payload, format } = next.frame;
      bytes += payload.length + frameLengthBytes(payload.length);
      const first = batch[0]?.frame.format;
      const isOther =
        first !== undefined && (first.codecId !== format.codecId || first.frameMs !== format.frameMs);
      if (first !== undefined && (bytes > maxBytes || isOther)) break;
      this.#frames.shift();
      batch.push(next);
    }
    return batch;
  }

  /** Settles at the next `noteRoom` that finds room. */
  waitForRoom(): Promise<void> {
    this.#room ??= createDeferred<void>();
    return this.#room.promise;
  }

  /** Lets the writer go on if there is room for it. */
  noteRoom(): void {
    if (!this.hasRoom) return;
    this.#room?.resolve();
    this.#room = undefined;
  }

  /** Settles at the next `noteMore`. */
  waitForMore(): Promise<void> {
    this.#more = createDeferred<void>();
    return this.#more.promise;
  }

  /** Frames were added, or no more will be. */
  noteMore(): void {
    this.#more?.resolve();
  }

  /** Empties the queue, and lets nobody wait any more. */
  close(): void {
    this.#frames.length = 0;
    this.#room?.resolve();
    this.#more?.resolve();
  }
}
