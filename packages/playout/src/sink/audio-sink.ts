import type { Event } from '@eloquence/plugin-api';

/** What a block sounds of: decoded speech, a filled gap, or nothing. */
export type BlockKind = 'speech' | 'concealed' | 'silence';

/** A short run of mono PCM, handed over at the moment from which it is to be heard. */
export interface PlayoutBlock {
  /** Reused by the next block: copy what is to be kept after `write` returned. */
  readonly samples: Int16Array;
  readonly sampleRateHz: number;
  readonly kind: BlockKind;
  /** From when on the block is due to be heard, on the injected clock, ms. */
  readonly atMs: number;
  /** Number of the utterance; absent where the source knows none (a media track). */
  readonly utteranceSequence?: number;
  /** Index of the frame that holds the block's first sample; absent where the source knows none. */
  readonly firstFrame?: number;
  /**
   * Where the block's first sample lies in the utterance as it was spoken, ms: sound that was made up or made longer does
   * not count. Absent where the source knows none.
   */
  readonly positionMs?: number;
}

/**
 * What a sink with a clock of its own says of itself: a sound card takes samples at its own pace, whatever the timers
 * of the process do. Such a sink is given blocks ahead of time.
 */
export interface SinkBuffer {
  /** Audio that it wants to hold at most, ms: as much as it may have to do without being fed. */
  readonly aheadMs: number;
  /** Audio written that has not left the buffer, ms. 0 if and only if the sink has run dry. */
  readonly queuedMs: number;
  /** From leaving the buffer to being heard, ms. */
  readonly latencyMs: number;
  /** False while nothing would be heard; playout then waits. */
  readonly isOpen: boolean;
  readonly onDidOpen: Event<void>;
  /** The first sample since the sink was empty left the buffer: when, on the injected clock, ms. */
  readonly onDidStart: Event<number>;
}

/**
 * Where speech goes: a callback, a file, a track. Knows nothing of packets, so that every lane can feed it.
 * Without a `buffer`, blocks come in real time, each when it is due; nothing comes during a stall or between
 * utterances. With one, they come as long as the buffer has room.
 */
export interface AudioSink {
  readonly buffer?: SinkBuffer;
  /** Takes one block. Synchronous and quick. An exception is counted and does not stop playout. */
  write(block: PlayoutBlock): void;
  /** Barge-in: forget what has been written and not been heard yet. A block that fades out may follow. */
  clear?(): void;
  /**
   * Forget this much of what was written last, as far as it has not left the buffer. For sinks with a buffer; one
   * without this method sounds what it holds.
   */
  takeBack?(durationMs: number): void;
  /** An utterance has been written to its end: nothing of it may be held back. May be told more than once. */
  finishUtterance?(): void;
  /** No more blocks will come. */
  end?(): void;
}

/** A sink that hands every block to a function. */
export function createCallbackSink(onBlock: (block: PlayoutBlock) => void, onEnd?: () => void): AudioSink {
  return {
    write: onBlock,
    ...(onEnd && { end: onEnd }),
  };
}
