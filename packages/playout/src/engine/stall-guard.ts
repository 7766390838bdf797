/** What is known when audio runs short. Times in ms. */
export interface ShortageInputs {
  /** Audio that can be heard without a break. */
  readonly leadMs: number;
  /** Everything up to the end is there. */
  readonly isPlayableToEnd: boolean;
  /** A packet is missing, and later ones are there. */
  readonly isBlocked: boolean;
  /** Since the last new frame arrived. */
  readonly sinceFrameMs: number;
  /** Usual time from packet to packet; 0 if unknown. */
  readonly spacingMs: number;
  /** Until the missing packet's repeat is expected; `undefined` if unknown. */
  readonly repeatInMs: number | undefined;
}

/** Below this lead, playout becomes careful, ms. */
const shortLeadMs = 150;
/** Without anything new for this long, or this many spacings, audio is not fresh. */
const leastStaleMs = 40;
const staleSpacings = 1.5;
/** A gap is filled for so long at most, ms: a repeated period sounds like speech no longer. */
export const longestFillMs = 60;
/** With more than this left, playout does not pause at a word boundary of its own accord, ms. */
const boundaryLeadMs = 60;

/** Speech and pauses are to be made longer: less than 150 ms are left, and what follows is late. */
export function shouldStretch(inputs: ShortageInputs): boolean {
  if (inputs.isPlayableToEnd || inputs.leadMs >= shortLeadMs) return false;
  return inputs.isBlocked || inputs.sinceFrameMs > Math.max(leastStaleMs, staleSpacings * inputs.spacingMs);
}

/**
 * A gap may be bridged by concealment: later frames are there, and the repeat is due before the fill has faded away.
 *
 * @param filledMs what has been filled of this gap
 */
export function shouldFill(inputs: ShortageInputs, filledMs: number): boolean {
  if (!inputs.isBlocked || inputs.isPlayableToEnd || filledMs >= longestFillMs) return false;
  return inputs.repeatInMs === undefined || filledMs > 0 || inputs.repeatInMs <= longestFillMs;
}

/** In a pause of the speech: better to stop here than within the next word, the repeat being far. */
export function shouldPauseEarly(inputs: ShortageInputs, isQuiet: boolean): boolean {
  if (!isQuiet || !inputs.isBlocked || inputs.isPlayableToEnd || inputs.leadMs > boundaryLeadMs) return false;
  return inputs.repeatInMs !== undefined && inputs.repeatInMs > inputs.leadMs + longestFillMs;
}
