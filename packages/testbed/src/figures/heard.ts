/** What the listener observed of one utterance on the data lane. Times are on the machine's monotonic clock, ms. */
export interface HeardFrames {
  readonly kind: 'frames';
  /** When the first sample left the playout; `null` if none did. */
  readonly firstAudioAtMs: number | null;
  /** When the last frame of the utterance arrived; `null` if not all of them did. */
  readonly lastFrameAtMs: number | null;
  /** Frames played, each counted once. */
  readonly framesPlayed: number;
  /** Frames played more often than once. */
  readonly framesDuplicated: number;
  readonly stalls: number;
  readonly stallMs: number;
  readonly concealedMs: number;
  /** SHA-256 over the payloads in the order in which they were played. */
  readonly sha256: string;
}

/** What the listener observed of one utterance on a lane that can only be heard. */
export interface HeardSound {
  readonly kind: 'sound';
  /** When the first loud sample was heard; `null` if all was silent. */
  readonly firstLoudAtMs: number | null;
  readonly lastLoudAtMs: number | null;
  /** Audio that the receiver made up; `null` if it does not tell. */
  readonly concealedMs: number | null;
}

export type Heard = HeardFrames | HeardSound;
