import { delay } from '@eloquence/base';
import type { Clock, EncodedFrame, LaneUtterance } from '@eloquence/plugin-api';
import { samplesOf } from './data-part.js';
import type { FrameQueue } from './frame-queue.js';

export interface MediaPartStart {
  /** Nothing is said before this has settled… */
  readonly after: Promise<unknown> | undefined;
  /** …and so much later, ms. */
  readonly afterMs?: number;
  /** What is said first, before the queue, if that holds anything. */
  readonly head?: Int16Array;
}

export interface MediaPartOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly queue: FrameQueue;
  readonly start: MediaPartStart;
  /** Whether no more frames will be added to the queue. */
  readonly isEnded: () => boolean;
  /** Whether to stop after this frame, with which a phrase ends. */
  readonly mayStopAfter: (frame: EncodedFrame) => boolean;
}

/** The stretch of an utterance that the media lane says, from the queue. */
export class MediaPart {
  readonly #options: MediaPartOptions;

  constructor(
    readonly utterance: LaneUtterance,
    options: MediaPartOptions,
  ) {
    this.#options = options;
  }

  /**
   * Says what is in the queue until it ends, or may stop.
   *
   * @returns whether it stopped before the end
   * @throws unknown what the part's own end says, too
   */
  async speak(): Promise<boolean> {
    const { clock, signal, queue, isEnded, mayStopAfter } = this.#options;
    const { after, afterMs = 0, head } = this.#options.start;
    if (after !== undefined) await after;
    if (afterMs > 0) await delay(clock, afterMs, signal);
    if (head !== undefined && head.length > 0 && queue.length > 0) await this.utterance.writePcm(head);
    while (!signal.aborted) {
      const item = queue.removeFirst();
      if (item === undefined) {
        if (isEnded()) {
          this.utterance.end(0);
          return false;
        }
        await queue.waitForMore();
        continue;
      }
      queue.noteRoom();
      await this.utterance.ready();
      await this.utterance.writePcm(item.frame.pcm ?? new Int16Array(samplesOf(item.frame)));
      const hasMore = queue.length > 0 || !isEnded();
      if (item.endsPhrase && hasMore && mayStopAfter(item.frame)) return true;
    }
    return false;
  }
}
