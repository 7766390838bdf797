/** A word of the text and where it is heard, counted from the start of the utterance. */
export interface WordTiming {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * A piece of synthesised speech: mono, 16-bit signed.
 *
 * `samples` belongs to the receiver of the chunk from the moment it is handed over.
 */
export interface PcmChunk {
  readonly samples: Int16Array;
  readonly sampleRateHz: number;
  /** Words that begin in this chunk; times count from the start of the synthesised segment. */
  readonly words?: readonly WordTiming[] | undefined;
  /** True where a sentence or phrase ends with this chunk: a good place to cut a packet. */
  readonly endsPhrase?: boolean;
}
