import type { EloquenceError } from '../base/errors.js';
import type { UtteranceOutcome } from '../monitoring/utterance-metrics.js';
import type { LaneChange } from './lane-change.js';

/** State of the receiver's playout. */
export type PlayoutState = 'idle' | 'buffering' | 'playing' | 'stalled' | 'finished';

/** What one receiver report says, translated to the sender's clock and units. Raw material of the link monitor. */
export interface LaneReport {
  /** Identity of the participant; of its further receivers, `identity#id`. */
  readonly receiver: string;
  /** When the report arrived, on the transport's clock. */
  readonly atMs: number;
  /** Sequence number of the utterance that it tells of, 0–65535. */
  readonly utteranceSequence: number;
  readonly playout: PlayoutState;
  /** The frame that is heard next, from 0. */
  readonly playheadFrame: number;
  readonly bufferAheadMs: number;
  /** Round-trip time of this report's echo, ms; absent if it carried none. */
  readonly rttMs?: number;
  /** Smoothed round-trip time and its mean deviation (RFC 6298), ms. */
  readonly smoothedRttMs: number;
  readonly rttVariationMs: number;
  readonly minRttMs: number;
  /** One-way delay above the least seen, ms. */
  readonly owdVariationMs: number;
  /** Audio payload arriving, bytes per second, over the receiver's last interval; 0 if unknown. */
  readonly deliveryRateBytesPerSecond: number;
  readonly lossPercent: number;
  readonly lateFrames: number;
  /** Pauses of playout because something was late on its way; not those of the source. */
  readonly stalls: number;
  readonly stalledMs: number;
  /** The receiver detected a change for the worse, and reported at once. */
  readonly isAlarm?: boolean;
  /** 95th percentile of the one-way delay above the least seen, ms, as the receiver measured it. */
  readonly pdvP95Ms?: number;
  /** Mean duration of a run of lost packets, ms, as the receiver measured it. */
  readonly lossBurstMs?: number;
  /** Of this utterance and receiver: packets known to have arrived or to be lost at their first attempt. */
  readonly packetsResolved?: number;
  /** Of these: lost at the first attempt. */
  readonly packetsLost?: number;
  /** Sent to this receiver and not acknowledged after this report, bytes, over all utterances. */
  readonly inFlightBytes?: number;
  /** Audio payload of this utterance acknowledged by this receiver so far, bytes. */
  readonly acknowledgedBytes?: number;
}

/** How an utterance ended on a lane. */
export interface LaneUtteranceEnd {
  readonly outcome: UtteranceOutcome;
  /** Present when the outcome is `failed`, and says what was lost. */
  readonly error?: EloquenceError;
  readonly counters: LaneCounters;
  /** Changes of lane in this utterance, in order; absent if there were none. */
  readonly laneChanges?: readonly LaneChange[];
}

/** Counters of one utterance on a lane. Bytes are payload as handed to the transport, without its headers. */
export interface LaneCounters {
  readonly framesSent: number;
  readonly framesAcknowledged: number;
  readonly framesPlayed: number;
  /**
   * Where the listener who is furthest on heard the last of it, ms from the start of the utterance; absent where a lane
   * cannot tell.
   */
  readonly heardMs?: number;
  /** How far `heardMs` may be off, ms: at most a frame where the receiver itself has told. */
  readonly heardErrorMs?: number;
  readonly packetsSent: number;
  readonly packetsRetransmitted: number;
  readonly redundantPackets: number;
  readonly payloadBytes: number;
  readonly sentBytes: number;
  /** When the last frame was acknowledged less the return path, on the transport's clock; absent until then. */
  readonly deliveredAtMs?: number;
  readonly playoutStartedAtMs?: number;
  /** Pauses of playout because something was late on its way, and how long they lasted together, ms. */
  readonly stalls: number;
  readonly stalledMs: number;
  /** Pauses of playout because the source had given nothing to play, and how long they lasted, ms; absent if none. */
  readonly starvations?: number;
  readonly starvedMs?: number;
  readonly concealedMs: number;
  /** Receivers that the utterance went on without; absent if there were none. */
  readonly droppedReceivers?: number;
  /** Receivers that have everything and did not say in time that they played it; absent if there were none. */
  readonly presumedReceivers?: number;
}
