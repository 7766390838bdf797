/** Everything a batcher may look at. All figures concern the batch being gathered. */
export interface BatchState {
  readonly frameCount: number;
  readonly payloadBytes: number;
  /** Duration of the gathered audio, ms. */
  readonly durationMs: number;
  /** How long the oldest gathered frame has waited, ms. */
  readonly oldestWaitMs: number;
  /** Batches of this utterance sent so far. */
  readonly batchesSent: number;
  /** Audio that the receiver holds beyond its playhead, ms; 0 before it has any. */
  readonly bufferAheadMs: number;
  /** A sentence or phrase ends with the last gathered frame. */
  readonly endsPhrase: boolean;
  /** Bytes that the next frame is expected to need. */
  readonly nextFrameBytes: number;
  /** Payload bytes that one packet can carry. */
  readonly maxPayloadBytes: number;
  readonly settings: BatchSettings;
}

/** The batching part of a profile. */
export interface BatchSettings {
  /** Duration of the first batch of an utterance, ms. */
  readonly firstMs: number;
  /** Longest batch, ms. */
  readonly maxMs: number;
}

/** What becomes of the batch being gathered. */
export interface BatchDecision {
  /** Whether the batch leaves now. */
  readonly flush: boolean;
  /** Why, in a word or two; shown by inspectors. */
  readonly reason: string;
  /** When not flushing: look again after this many ms even if no frame comes. */
  readonly recheckAfterMs?: number;
}

/**
 * Decides when gathered frames become a packet. A pure function of the state: it holds nothing and acts on
 * nothing. Whatever it decides, the caller flushes a full packet, and flushes at the end of the utterance.
 */
export interface Batcher {
  /** Called for every frame; a call of more than 5 ms counts as a fault. */
  decide(state: BatchState): BatchDecision;
}

/** Makes batchers; contributed at `batchers`. */
export interface BatcherFactory {
  /** Makes the batcher of one utterance. */
  create(): Batcher;
}
