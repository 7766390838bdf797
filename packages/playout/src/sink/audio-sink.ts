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
  readonly generation?: number;
  /** Index of the frame that holds the block's first sample; absent where the source knows none. */
  readonly firstFrame?: number;
}

/**
 * Where speech goes: a callback, a file, a track. Knows nothing of packets, so that every lane can feed it.
 * Blocks come in real time, each when it is due; nothing comes during a stall or between utterances.
 */
export interface AudioSink {
  /** Takes one block. Synchronous and quick. An exception is counted and does not stop playout. */
  write(block: PlayoutBlock): void;
  /** Barge-in: forget what has been written and not been heard yet. A block that fades out may follow. */
  clear?(): void;
  /** No more blocks will come. */
  end?(): void;
}
