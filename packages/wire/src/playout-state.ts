/** States of a receiver's playout, in the order of their numbers on the wire. */
export const playoutStates = ['idle', 'buffering', 'playing', 'stalled', 'finished'] as const;
export type WirePlayoutState = (typeof playoutStates)[number];

/**
 * Causes of trouble with playout that a receiver knows of, in the order of their bits on the wire. A sender ignores bits
 * that it does not know.
 */
export const playoutTroubles = [
  /** The page is hidden, and its timers are throttled. */
  'hiddenPage',
  /** The audio context is suspended, or the operating system has taken the audio device away. */
  'suspendedOutput',
  /** The audio device ran dry although the receiver had audio. */
  'outputUnderrun',
  /** The clocks of sender and audio device drift apart faster than is corrected. */
  'clockDrift',
  /** The sender has sent all that it had, and more is to come: the voice is too slow. */
  'sourceStarved',
  /** Frames could not be decoded. */
  'decoderFault',
  /** There was no room for audio that came. */
  'bufferFull',
  /** The receiver was too busy to play in time. */
  'overload',
] as const;
export type WirePlayoutTrouble = (typeof playoutTroubles)[number];
