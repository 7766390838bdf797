import type { PluginState } from '../plugin/plugin-state.js';
import type { LaneChange, LaneKind } from '../transport/lane-change.js';

/** A plugin whose calls failed during an utterance and were replaced by fallbacks, or that was taken out of use. */
export interface UtteranceFault {
  readonly pluginId: string;
  /** Failed calls so far, over the life of the plugin. */
  readonly faults: number;
  readonly state: PluginState;
  readonly message: string;
}

/**
 * How an utterance ended. `complete`: a receiver has said that it has played everything, or the lane hears nothing of
 * that. `presumed`: all of it has arrived, and should have been played by now, but no receiver has said so. `cancelled`:
 * by barge-in. `failed`: not all of it has arrived.
 */
export type UtteranceOutcome = 'complete' | 'presumed' | 'cancelled' | 'failed';

/** What is known of an utterance once it ended. Times in ms; fields that a lane cannot tell are absent. */
export interface UtteranceMetrics {
  readonly utteranceId: number;
  /** How it ended. */
  readonly outcome: UtteranceOutcome;
  /** The lane on which the utterance ended. */
  readonly lane: LaneKind;
  /** Changes of lane in this utterance, in order; absent if there were none. */
  readonly laneChanges?: readonly LaneChange[];
  /** Id of the profile that it ended with. */
  readonly profile: string;
  /** Codec of the last frame; empty, like `batcher`, if the utterance was cancelled before it began. */
  readonly codec: string;
  /** Id of the batcher. */
  readonly batcher: string;
  /** Duration of the speech handed over. */
  readonly audioMs: number;
  /** First PCM handed over → its first sample leaves the receiver's playout buffer, as the receiver reported it. */
  readonly timeToFirstAudioMs?: number;
  /** First PCM handed over → last frame at the receiver. */
  readonly deliveryMs?: number;
  /**
   * 100 · ideal / actual delivery time. The ideal is a perfect pipe fed by the same source, at the highest delivery
   * rate seen and half of the least round-trip time.
   */
  readonly efficiencyPercent?: number;
  /** Time that sending took beyond waiting for the source, per 10 ms of audio. */
  readonly overheadPerChunkMs: number;
  /** Pauses of playout because something was late on its way, and how long they lasted together. */
  readonly stalls: number;
  readonly stalledMs: number;
  /** Pauses of playout because the source had given nothing to play, and how long they lasted; absent if none. */
  readonly starvations?: number;
  readonly starvedMs?: number;
  readonly concealedMs: number;
  /** 100 · (1 − stalled time / speech time). */
  readonly stabilityPercent: number;
  readonly framesSent: number;
  readonly framesPlayed: number;
  /**
   * Where the listener who is furthest on heard the last of it, ms from the start of the speech; after barge-in, where it
   * was cut. Absent where a lane cannot tell.
   */
  readonly heardMs?: number;
  /** How far `heardMs` may be off, ms: at most a frame where the receiver itself has told. */
  readonly heardErrorMs?: number;
  /** Frames that did not reach the receiver. */
  readonly framesLost: number;
  readonly packetsSent: number;
  readonly packetsRetransmitted: number;
  readonly redundantPackets: number;
  /** Encoded audio. */
  readonly payloadBytes: number;
  /** Packets as handed to the transport, copies and repeats included. */
  readonly sentBytes: number;
  /** Encoded audio over delivery time. */
  readonly goodputBytesPerSecond?: number;
  /** Receivers that the utterance went on without; absent if there were none. */
  readonly droppedReceivers?: number;
  /** Receivers that have everything and did not say in time that they played it; absent if there were none. */
  readonly presumedReceivers?: number;
  /** Plugins that failed while it was spoken; empty if none did. */
  readonly faults: readonly UtteranceFault[];
}
