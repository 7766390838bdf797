import type { EncodedFrame } from '../audio/encoded-frame.js';
import type { WordTiming } from '../audio/pcm-chunk.js';
import type { Clock } from '../base/clock.js';
import type { Disposable } from '../base/disposable.js';
import type { Event } from '../base/event.js';
import type { RandomSource } from '../base/random.js';
import type { StreamSettings } from '../profile/profile.js';
import type { LaneChange, LaneKind } from './lane-change.js';
import type { LaneReport, LaneUtteranceEnd } from './lane-report.js';
import type { LinkSource } from './link-source.js';

/** What a session hands to a transport. */
export interface TransportOptions {
  readonly clock: Clock;
  readonly random: RandomSource;
  /** `auto`: data if a receiver answers within the handshake time, media otherwise. */
  readonly lane: LaneKind | 'auto';
  readonly signal?: AbortSignal;
}

/** A way into a room. Chosen by asking each installed transport whether it accepts the target. */
export interface TransportFactory {
  /** True if this transport can speak into `target` (for example an rtc-node `Room`). Must not throw. */
  accepts(target: unknown): boolean;
  /** @throws EloquenceError `OPTION_INVALID` for a target that it does not accept */
  create(target: unknown, options: TransportOptions): Transport;
}

/** The way into one room. */
export interface Transport extends Disposable {
  /**
   * Opens the lane to speak through.
   *
   * @throws EloquenceError `CONNECTION_LOST`, `LANE_UNAVAILABLE`, `ABORTED`
   */
  openLane(): Promise<Lane>;
}

/** What a lane can do, whatever the utterance. */
export interface LaneCapabilities {
  /** Takes encoded frames (`writeFrames`). */
  readonly frames: boolean;
  /**
   * Takes PCM: with `frames` as well, each frame must carry its PCM, because the lane may have to say it otherwise;
   * without, it is written by `writePcm`.
   */
  readonly pcm: boolean;
  /** Can probe its receivers (`links.probe`). */
  readonly probe: boolean;
  /** Can tell receivers when words are heard (`writeWords`). */
  readonly wordTimings: boolean;
  /** Knows its receivers one by one: `links.states()` has all of them. */
  readonly perReceiver: boolean;
}

/** A lane lives as long as the session; it carries one utterance after the other. */
export interface Lane extends Disposable {
  /** What the next utterance will travel by; a lane that can change over does not always give the same answer. */
  readonly kind: LaneKind;
  readonly capabilities: LaneCapabilities;
  /** Payload bytes that one packet of this lane can carry, after all headers but the frame lengths. */
  readonly maxPayloadBytes: number;
  /** Receivers that have announced themselves. */
  readonly receiverCount: number;
  /** What is measured of the ways to the receivers; {@link noLinks} where nothing is. */
  readonly links: LinkSource;
  readonly onDidReport: Event<LaneReport>;
  /** Speech goes on over the other kind of lane; {@link noEvent} on lanes that never change. */
  readonly onDidChangeLane: Event<LaneChange>;
  /** Whether receivers can decode this codec: those that cannot hear nothing. Lanes that carry PCM say yes to all. */
  canReceive(codecId: string): boolean;
  /**
   * Begins the next utterance. Utterances are heard in the order in which they were opened.
   * At most one is open for writing.
   */
  openUtterance(options: LaneUtteranceOptions): LaneUtterance;
}

/** Settings that hold for some receivers only. */
export interface ReceiverSettings {
  /** As `LinkState.receiver` names them; one that is not there is passed over. */
  readonly receivers: readonly string[];
  /** Of these, `redundancy` and `window` count. */
  readonly settings: StreamSettings;
}

/** How an utterance begins. */
export interface LaneUtteranceOptions {
  readonly settings: StreamSettings;
  /** With `capabilities.perReceiver`: receivers with settings of their own. Absent: none. */
  readonly receiverSettings?: readonly ReceiverSettings[] | undefined;
  readonly sampleRateHz: number;
  /** When the first PCM of the utterance was handed over, on the transport's clock. */
  readonly firstPcmAtMs: number;
  /** How much later than its input a decoder gives out the sound, ms: what a change of lane must say again. Default 0. */
  readonly codecDelayMs?: number;
  /** Media lanes: this utterance goes on where one of the data lane stopped. Receivers are told by the track's name. */
  readonly continues?: LaneContinuation | undefined;
}

/** The place at which another lane goes on with an utterance of the data lane. */
export interface LaneContinuation {
  /** 0–15, as on the wire. */
  readonly channel: number;
  /** Sequence number of the utterance, 0–65535. */
  readonly utteranceSequence: number;
  /** Receivers play the frames before this one from what they hold, and nothing beyond. */
  readonly frame: number;
}

/** Frames that leave together: on the data lane, one packet. */
export interface FrameBatch {
  /** One or more, of one format, in their order. */
  readonly frames: readonly EncodedFrame[];
  /** A phrase ends with the last frame: the place for a change of lane that must not be heard. */
  readonly endsPhrase?: boolean;
}

/** One utterance on a lane, from its first frame to the end of its playout. */
export interface LaneUtterance {
  /** Sequence number of this utterance on the wire (0–65535). */
  readonly utteranceSequence: number;
  /** Estimated audio that the receiver holds beyond its playhead, ms; 0 before playout is known to have started. */
  readonly bufferAheadMs: number;
  /** Resolves when the lane has credit for another batch; rejects when the utterance ended early. */
  ready(): Promise<void>;
  /** With `capabilities.frames`: sends one batch. Call only after `ready()` resolved. */
  writeFrames(batch: FrameBatch): void;
  /**
   * With `capabilities.wordTimings`: tells receivers that want it when words are heard; without, does nothing. Times
   * count from the start of the utterance; words come in their order.
   */
  writeWords(words: readonly WordTiming[]): void;
  /** Without `capabilities.frames`: hands over PCM of one frame; resolves when the lane took it. */
  writePcm(pcm: Int16Array): Promise<void>;
  /**
   * From the next batch on, use these settings.
   *
   * @param receiverSettings with `capabilities.perReceiver`: receivers with settings of their own; absent: none
   */
  applySettings(settings: StreamSettings, receiverSettings?: readonly ReceiverSettings[]): void;
  /**
   * Says that no more audio follows.
   *
   * @param sampleCount samples of speech, without the padding of the last frame
   */
  end(sampleCount: number): void;
  /** Barge-in: stops sending and tells the receiver to fall silent. */
  cancel(): void;
  /**
   * Settles when every sample is at the receiver, or when that is out of reach. Never rejects: what went wrong is
   * in the result.
   */
  readonly delivered: Promise<LaneUtteranceEnd>;
  /** Settles when the receiver played the last sample, or when that is out of reach. Never rejects. */
  readonly played: Promise<LaneUtteranceEnd>;
  readonly onDidStartPlayout: Event<{ readonly atMs: number }>;
}
