/** What the decision to start, or to go on after a stall, looks at. */
export interface StartInputs {
  /** Decodable audio from the playhead on, ms. */
  readonly contiguousMs: number;
  /** What the sender asks to be gathered first, ms. */
  readonly levelMs: number;
  /** Everything up to the utterance's end can be played. */
  readonly isPlayableToEnd: boolean;
  /** No more fits in: waiting longer would gain nothing. */
  readonly isBufferFull: boolean;
  /** What the receiver's own measurements (jitter, loss) ask for beyond the level, ms; 0 if absent. */
  readonly marginMs?: number;
}

/** Whether playout may start or resume. A pure function. */
export function shouldStart(inputs: StartInputs): boolean {
  if (inputs.isPlayableToEnd) return true;
  if (inputs.contiguousMs <= 0) return false;
  return inputs.isBufferFull || inputs.contiguousMs >= inputs.levelMs + (inputs.marginMs ?? 0);
}
