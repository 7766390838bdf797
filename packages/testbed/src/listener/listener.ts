import type { AccessLink, DirectionConditions } from '@eloquence/netlab';

/** What the data lane brought of one utterance. Times are on the machine's monotonic clock, ms. */
export interface HeardFrames {
  /** When the playout reported that it starts; `null` if it did not. Not when something was heard. */
  readonly playoutStartedAtMs: number | null;
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

/** A stall, and what playout was missing. */
export interface HeardStall {
  readonly atMs: number;
  readonly durationMs: number;
  /** `hole`: later frames were there, one before them had been lost; `starved`: nothing was there. */
  readonly cause: 'hole' | 'starved';
}

/** A time in which nothing was heard. */
export interface HeardSilence {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Packets that a listener did not take, since it was opened. */
export interface RefusedPackets {
  readonly malformed: number;
  readonly unknown: number;
  readonly refused: number;
}

/** What a listener recorded of one utterance; plain data, for it crosses processes. Times in ms, as above. */
export interface Heard {
  /** When the first loud sample was heard, whichever lane it came by; `null` if all was silent. */
  readonly firstLoudAtMs: number | null;
  readonly lastLoudAtMs: number | null;
  /** Audio that WebRTC made up on an audio track; `null` if it does not tell. */
  readonly trackConcealedMs: number | null;
  readonly frames: HeardFrames;
  /** When packets with new frames arrived. */
  readonly arrivalsAtMs: readonly number[];
  readonly stalls: readonly HeardStall[];
  /** When nothing was heard on any lane. */
  readonly silences: readonly HeardSilence[];
  readonly packets: RefusedPackets;
}

/** In which packets an utterance travels: those of data channels, or of audio tracks. */
export type WireClass = 'dtls' | 'rtp';

export interface CollectRequest {
  /** `frames` ends with the utterance, `sound` after a time of quiet. */
  readonly ends: 'frames' | 'sound';
  /** Longest wait for that end, ms. */
  readonly timeoutMs: number;
}

/** Somebody in the room who records what is heard, behind a link of its own. */
export interface Listener {
  readonly name: string;
  readonly link: AccessLink;
  /** Rejects when the listener fails or ends unasked; never resolves. */
  readonly lost: Promise<never>;
  /** What is heard from now on belongs to the next utterance; into the WAV file only if `isRecorded`. */
  begin(isRecorded: boolean): Promise<void>;
  /** What was heard, once the utterance is over. */
  collect(request: CollectRequest): Promise<Heard>;
  /** IP bytes that entered the listener's downlink so far; `null` if nobody counts. */
  wireBytes(wireClass: WireClass): Promise<number | null>;
  /**
   * Changes the link.
   *
   * @returns the time of the change, ms
   */
  configure(changes: Partial<DirectionConditions>, direction: 'both' | 'down'): Promise<number>;
  /** Completes the WAV file and leaves. May be called again. */
  close(): Promise<void>;
}
