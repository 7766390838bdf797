import type { Heard } from '../figures/heard.js';

/** Packets that the listener did not take, since it was opened. */
export interface RefusedPackets {
  readonly malformed: number;
  readonly unknown: number;
  readonly refused: number;
}

export interface CollectRequest {
  /** -1 for the words before the first one, which nobody measures. */
  readonly utterance: number;
  readonly kind: Heard['kind'];
  /** Longest wait for the end of the utterance. */
  readonly timeoutMs: number;
  /** For sound: silence that ends the utterance. */
  readonly quietMs: number;
}

export interface Collected {
  readonly heard: Heard;
  readonly packets: RefusedPackets;
}

/** Somebody in the room who measures what is heard. */
export interface ArmListener {
  /** Rejects when the listener fails or ends unasked; never resolves. */
  readonly lost: Promise<never>;
  /** What is heard from now on belongs to `utterance`; into the WAV file only if `isRecorded`. */
  begin(utterance: number, isRecorded: boolean): Promise<void>;
  /** What was heard, once the utterance is over. */
  collect(request: CollectRequest): Promise<Collected>;
  /** Completes the WAV file and leaves. May be called again. */
  close(): Promise<void>;
}
