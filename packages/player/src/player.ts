import type { Disposable, EloquenceError, Event, WordTiming } from '@eloquence/plugin-api';
import type { FramePlayedEvent, UtteranceEvent, UtteranceFinishedEvent } from '@eloquence/playout';
import type { CaptionSource, WordHeardEvent } from './captions/caption-track.js';
import type { EngineStats, SoundingEvent } from './engine/engine-protocol.js';
import type { OutputStateName } from './host/audio-output.js';
import type { EngineThread } from './host/engine-host.js';
import type { TrackFilter } from './media/media-output.js';
import type { RoomDataCounters } from './room/player-channel.js';

/** How speech of a room is played. Options that are out of range are refused with `OPTION_INVALID`. */
export interface PlayerOptions {
  /** Identities to listen to; everybody if absent. */
  readonly from?: readonly string[];
  /**
   * Audio tracks, the lane of senders that do not find this player: `true` (default) plays every audio track of those
   * listened to, as long as nobody else has it attached; a function decides for each.
   */
  readonly media?: boolean | TrackFilter;
  /** A context of the page; the player makes one of its own otherwise, at the rate of the device. */
  readonly audioContext?: AudioContext;
  /** Where the data lane goes instead of the context's destination. */
  readonly destination?: AudioNode;
  /** 0…1, default 1. */
  readonly volume?: number;
  /** Id of an output device, as of `enumerateDevices()`. */
  readonly outputDevice?: string;
  /** Encoded audio held ahead of the playhead for each sender, ms, 100…600 000; default 120 000. */
  readonly bufferMs?: number;
  /**
   * What becomes of speech that is here of a sender that has begun anew, such as an agent that was started again under
   * its name: `drop` (default) falls silent, `finish` plays it before what the sender says now.
   */
  readonly formerSpeech?: 'drop' | 'finish' | undefined;
  /**
   * What senders are to know of this player and its link, for example `{ network: 'metered' }`: at most 8 short texts,
   * names of 1–32 and values of 0–64 ASCII characters. Rules of the sender find them in `LinkState.attributes`. Default: none.
   */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** Decoded audio held in the worklet, ms, 100…10 000; default 1500, so that a throttled page keeps sounding. */
  readonly aheadMs?: number;
  /** `off` runs the engine on the main thread; `auto` (default) only where there is no worker. */
  readonly worker?: 'auto' | 'off';
  /** `off` posts blocks to the worklet even where memory could be shared; default `auto`. */
  readonly sharedMemory?: 'auto' | 'off';
  /** Address of the file `eloquence-engine.js`, for pages whose policy forbids `blob:`. */
  readonly engineUrl?: string | URL;
  /** Address of the file `eloquence-worklet.js`, for the same pages. */
  readonly workletUrl?: string | URL;
  /** Tell `onDidPlayFrame`; costs a message for each frame. Default false. */
  readonly reportsFrames?: boolean;
}

/** The way over which a sender is heard: packets ahead of time (`data`), or an ordinary audio track (`media`). */
export type HeardLane = 'data' | 'media';

/** A sender is heard for the first time, or over another lane than before. */
export interface LaneChangeEvent {
  /** Identity of the participant. */
  readonly sender: string;
  /** Over which the sender is heard from now on. */
  readonly lane: HeardLane;
}

/** A codec, a sink or an audio element fails; the rest goes on. */
export interface PlayerFaultEvent {
  /** `PLUGIN_FAILED`: a codec is not used any more for that sender; `CODEC_FAILED`, `CODEC_UNKNOWN`, `IO_FAILED` otherwise. */
  readonly error: EloquenceError;
  /** Whose speech is concerned, if it is that of one sender. */
  readonly sender?: string;
}

/** A sender as it is heard at the moment. */
export interface SpeakerStats {
  /** Identity of the participant. */
  readonly sender: string;
  /** Number of the sender's stream, 0…15; 0 on the media lane. */
  readonly channel: number;
  /** Over which the sender is heard, or was last. */
  readonly lane: HeardLane;
  /** `idle` for a sender of the media lane, which tells nothing more. */
  readonly playout: 'idle' | 'buffering' | 'playing' | 'stalled' | 'finished';
  /** Number of the utterance that is heard, or was last, 0…65 535; absent before any. */
  readonly utteranceSequence?: number | undefined;
  /** Speech that could be heard without anything more arriving, ms. */
  readonly bufferAheadMs: number;
  /** Frame that is heard now, output latency included. */
  readonly playheadFrame: number;
  /** How often that utterance stood still because speech was missing. */
  readonly stalls: number;
  /** For how long it stood still, ms. */
  readonly stalledMs: number;
  /** Made-up audio in it, ms. */
  readonly concealedMs: number;
  /** What the sender's profile amounts to: absent until the first packet told it. */
  readonly format?: {
    readonly codecId: string;
    readonly sampleRateHz: number;
    readonly frameMs: number;
    /** Speech gathered before playout starts, ms. */
    readonly initialBufferMs: number;
    /** Speech gathered before playout goes on after a stall, ms. */
    readonly rebufferMs: number;
  };
  /** Packets lost of those sent lately, 0…100; copies and repeats not counted. */
  readonly lossPercent: number;
  /** 95 % of the packets came within this time after the fastest, ms. */
  readonly pdvP95Ms: number;
  /** One-way delay of the last packet above the least seen, ms. */
  readonly owdVariationMs: number;
  /** Change of the one-way delay, ms/s: above 0 a queue is growing. */
  readonly owdTrendMsPerSecond: number;
  /** Rate at which packets arrived lately, bytes/s. */
  readonly deliveryRateBytesPerSecond: number;
}

/** What a player does, to be shown or logged: a copy that does not change. */
export interface PlayerStats {
  /** When the data lane's values were read, on `performance.now()`, ms; 0 before any speech. */
  readonly atMs: number;
  /** Everybody who is or was heard. */
  readonly speakers: readonly SpeakerStats[];
  /** The audio output; rate and latency are 0 where only the media lane is played. */
  readonly output: {
    readonly state: OutputStateName;
    readonly sampleRateHz: number;
    /** From leaving the worklet to being heard, as the browser tells, ms. */
    readonly latencyMs: number;
  };
  /** How the data lane runs; absent if it does not. */
  readonly engine?: {
    /** Where the engine runs. */
    readonly thread: EngineThread;
    /** How samples come to the worklet. */
    readonly memory: 'shared' | 'posted';
    /** Samples that did not fit into the worklet's buffer: 0 unless something is broken. */
    readonly droppedSamples: number;
  };
  /** Packets of the data lane in and out. */
  readonly room: Readonly<RoomDataCounters>;
  /** What the data lane's receiver has seen and done; absent before any speech. */
  readonly receiver?: EngineStats['counters'] | undefined;
}

/**
 * The listening side of a room in a browser. All times are those of the page's `performance.now()`, in ms. Disposing
 * stops the sound and takes leave of the senders; the room stays connected.
 */
export interface Player extends Disposable {
  /** Whether sound can come out. */
  readonly state: OutputStateName;
  /** The browser wants a gesture of the user first: call `resume` while handling one. */
  readonly isLocked: boolean;
  /** The output was unlocked, suspended, resumed or closed. */
  readonly onDidChangeState: Event<OutputStateName>;
  /**
   * Unlocks the output. Speech that arrived before is then heard from its beginning.
   *
   * @throws EloquenceError `IO_FAILED` if the browser refuses
   */
  resume(): Promise<void>;
  /** Of both lanes, 0…1. @throws EloquenceError `OPTION_INVALID` when set to anything else */
  volume: number;
  /**
   * Sends both lanes to another device; '' is the system's default.
   *
   * @throws EloquenceError `OPTION_INVALID` if the browser cannot, or the device is not there
   */
  setOutputDevice(deviceId: string): Promise<void>;
  /** Speech of the data lane as it goes out, to be recorded or analysed; absent if only the media lane is played. */
  readonly output: AudioNode | undefined;
  /** Why the data lane is not played; absent if it is. */
  readonly dataLaneError: EloquenceError | undefined;
  /** Refreshed every 250 ms while somebody speaks, and at the end of each utterance. */
  readonly stats: PlayerStats;
  /** The first packet of an utterance arrived. */
  readonly onDidStartUtterance: Event<UtteranceEvent>;
  /** The first sample of an utterance left the worklet; it is heard `stats.output.latencyMs` later. */
  readonly onDidStartPlayout: Event<UtteranceEvent>;
  /** Speech was missing, and the utterance stands still. */
  readonly onDidStall: Event<UtteranceEvent>;
  /** …and goes on. */
  readonly onDidResume: Event<UtteranceEvent>;
  /** A frame was decoded for the worklet, at most `aheadMs` before it is heard. Only with `reportsFrames`. */
  readonly onDidPlayFrame: Event<FramePlayedEvent>;
  /** An utterance of the data lane ended here: how, and all that was counted of it. */
  readonly onDidFinishUtterance: Event<UtteranceFinishedEvent>;
  /**
   * An utterance sounds, or falls silent, from a position on; output latency included. Told again while it sounds, where
   * sound that was made up or made longer has put off what follows.
   */
  readonly onDidChangeSound: Event<SoundingEvent>;
  /** A sender is heard for the first time, or over another lane than before. */
  readonly onDidChangeLane: Event<LaneChangeEvent>;
  /** Something fails, and the rest goes on. */
  readonly onDidFault: Event<PlayerFaultEvent>;
  /** A word of the captions is heard now. */
  readonly onDidHearWord: Event<WordHeardEvent>;
  /** Gives the words of an utterance, in the order of their times; may be called again with more of them. */
  addWords(source: CaptionSource, words: readonly WordTiming[]): void;
}
