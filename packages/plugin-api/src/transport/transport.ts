import type { EncodedFrame } from '../audio/encoded-frame.js';
import type { WordTiming } from '../audio/pcm-chunk.js';
import type { Clock } from '../base/clock.js';
import type { Disposable } from '../base/disposable.js';
import type { Event } from '../base/event.js';
import type { RandomSource } from '../base/random.js';
import type { StreamSettings } from '../profile/profile.js';
import type { LaneChange, LaneKind } from './lane-change.js';
import type { LaneProbe, LaneReport, LaneUtteranceEnd, ProbeWish } from './lane-report.js';

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
  create(target: unknown, options: TransportOptions): Transport;
}

export interface Transport extends Disposable {
  /**
   * Opens the lane to speak through.
   *
   * @throws EloquenceError `CONNECTION_LOST`, `LANE_UNAVAILABLE`, `ABORTED`
   */
  openLane(): Promise<Lane>;
}

/** A lane lives as long as the session; it carries one utterance after the other. */
export interface Lane extends Disposable {
  /** What the next utterance will travel by; a lane that can change over does not always give the same answer. */
  readonly kind: LaneKind;
  /**
   * A lane that changes over by itself: whatever its kind, it is given encoded frames, each with its PCM. Absent:
   * lanes of kind `data` take frames, others PCM.
   */
  readonly takesBoth?: boolean;
  /** Payload bytes that one packet of this lane can carry, after all headers but the frame lengths. */
  readonly maxPayloadBytes: number;
  /** Receivers that have announced themselves. */
  readonly receiverCount: number;
  readonly onDidReport: Event<LaneReport>;
  /** Answers to small questions. Absent on lanes that cannot ask. */
  readonly onDidProbe?: Event<LaneProbe>;
  /** Speech goes on over the other kind of lane. Absent on lanes that never change. */
  readonly onDidChangeLane?: Event<LaneChange>;
  /**
   * Asks receivers small questions from now on, to learn of the link what the audio alone does not tell. A later wish
   * replaces an earlier one. Absent on lanes that cannot ask.
   */
  probe?(wish: ProbeWish): void;
  /** Whether this receiver is still there. Absent on lanes that do not know: then all that have reported are. */
  hasReceiver?(identity: string): boolean;
  /** Least round trip to each receiver so far, ms, by identity. Absent on lanes that do not measure it. */
  leastRttsMs?(): ReadonlyMap<string, number>;
  /** Whether receivers can decode this codec: those that cannot hear nothing. Lanes that carry PCM say yes to all. */
  canReceive(codecId: string): boolean;
  /**
   * Begins the next utterance. Utterances are heard in the order in which they were opened.
   * At most one is open for writing.
   */
  openUtterance(options: LaneUtteranceOptions): LaneUtterance;
}

export interface LaneUtteranceOptions {
  readonly settings: StreamSettings;
  readonly sampleRateHz: number;
  /** When the first PCM of the utterance was handed over, on the transport's clock. */
  readonly firstPcmAtMs: number;
  /** How much later than its input a decoder gives out the sound, ms: what a change of lane must say again. Default 0. */
  readonly codecDelayMs?: number;
  /** Media lanes: this utterance goes on where one of the data lane stopped. Receivers are told by the track's name. */
  readonly continues?: LaneContinuation;
}

/** The place at which another lane goes on with an utterance of the data lane. */
export interface LaneContinuation {
  /** 0–15, as on the wire. */
  readonly channel: number;
  readonly generation: number;
  /** Receivers play the frames before this one from what they hold, and nothing beyond. */
  readonly frame: number;
}

/** Frames that leave together: on the data lane, one packet. */
export interface FrameBatch {
  readonly frames: readonly EncodedFrame[];
  /** A phrase ends with the last frame: the place for a change of lane that must not be heard. */
  readonly endsPhrase?: boolean;
}

export interface LaneUtterance {
  /** Generation number of this utterance on the wire (0–65535). */
  readonly generation: number;
  /** Estimated audio that the receiver holds beyond its playhead, ms; 0 before playout is known to have started. */
  readonly leadMs: number;
  /**
   * How long a receiver has owed an acknowledgement without giving any, ms, at the one that has for longest; 0 if
   * none does. Absent on lanes that have no acknowledgements.
   */
  readonly owedMs?: number;
  /** Resolves when the lane has credit for another batch; rejects when the utterance ended early. */
  ready(): Promise<void>;
  /** Data lanes only: sends one batch. Call only after `ready()` resolved. */
  writeFrames(batch: FrameBatch): void;
  /**
   * Data lanes, optional: tells receivers that want it when words are heard. Times count from the start of the
   * utterance; words come in their order.
   */
  writeWords?(words: readonly WordTiming[]): void;
  /** Media lanes only: hands over PCM of one frame; resolves when the lane took it. */
  writePcm(pcm: Int16Array): Promise<void>;
  /** From the next batch on, use these settings. */
  applySettings(settings: StreamSettings): void;
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
