import type { AccessLink, DirectionConditions } from '@eloquence/netlab';
import type { Heard } from './heard.js';

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
