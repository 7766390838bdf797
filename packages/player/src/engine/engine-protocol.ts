import type { EloquenceError, ErrorCode } from '@eloquence/plugin-api';
import type {
  ReceiverCounters,
  SpeechEvent,
  SpeechStreamId,
  SpeechStreamSnapshot,
  UtteranceEvent,
} from '@eloquence/playout';
import type { Continuation } from '@eloquence/wire';

/** How an error crosses a thread boundary. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

export function toErrorData(error: EloquenceError): ErrorData {
  return error.toJSON();
}

/** What the engine needs before it can listen. */
export interface EngineSettings {
  /** Rate of the audio context. */
  readonly sampleRateHz: number;
  /** Decoded audio to hold in the worklet, ms. */
  readonly aheadMs: number;
  readonly bufferMs?: number | undefined;
  readonly from?: readonly string[] | undefined;
  readonly formerSpeech?: 'drop' | 'finish' | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** Share memory with the worklet. */
  readonly isShared: boolean;
  /** Tell every frame that is played, with its payload. */
  readonly reportsFrames: boolean;
  readonly isConnected: boolean;
  readonly maxPacketBytes: number;
  readonly latencyMs: number;
  readonly isRunning: boolean;
  /** `performance.timeOrigin` of the page: all times are told on its `performance.now()`. */
  readonly timeOriginMs: number;
}

/** From the page to the engine. */
export type EngineCommand =
  | { readonly type: 'start'; readonly settings: EngineSettings; readonly voices: MessagePort }
  | { readonly type: 'packet'; readonly packet: Uint8Array; readonly from: string }
  | { readonly type: 'peer'; readonly identity: string; readonly isPresent: boolean }
  | { readonly type: 'connection'; readonly isConnected: boolean }
  | { readonly type: 'sent'; readonly id: number; readonly isSent: boolean }
  /** The sender goes on with an utterance over an audio track, from this frame on. */
  | {
      readonly type: 'continuation';
      readonly sender: string;
      readonly trackId: string;
      readonly continuation: Continuation;
    }
  | { readonly type: 'output'; readonly isRunning: boolean; readonly latencyMs: number }
  | { readonly type: 'stop' };

/**
 * An utterance sounds, or falls silent, from this position on. Told again while it sounds, where sound that was made up
 * or made longer has put off what follows.
 */
export interface SoundingEvent extends UtteranceEvent {
  /** True where it sounds. */
  readonly isSounding: boolean;
  /** Position in the utterance as it was spoken, ms. */
  readonly positionMs: number;
}

/** What a stream was doing when the engine last told, with what can only be measured there. */
export interface EngineStreamStats extends SpeechStreamSnapshot {
  /** Change of the one-way delay per second over the last 10 s; above 0 a queue is growing, ms/s. */
  readonly owdTrendMsPerSecond: number;
}

export interface EngineStats {
  readonly atMs: number;
  readonly streams: readonly EngineStreamStats[];
  readonly counters: ReceiverCounters;
  /** Samples that did not fit into the worklet's ring: 0 unless something is broken. */
  readonly droppedSamples: number;
}

/** From the engine to the page. */
export type EngineNews =
  /** The engine's code runs and its decoders are loaded. */
  | { readonly type: 'loaded' }
  | { readonly type: 'failed'; readonly error: ErrorData }
  | {
      readonly type: 'send';
      readonly id: number;
      readonly packet: Uint8Array;
      readonly isReliable: boolean;
      readonly to?: readonly string[];
    }
  /** What happens in the receiver, errors in a form that can be posted. */
  | Exclude<SpeechEvent, { readonly type: 'fault' | 'receiveFrames' }>
  | { readonly type: 'sounding'; readonly event: SoundingEvent }
  /** So much of the speech on a track has been heard already, from its first sound on. */
  | { readonly type: 'overlap'; readonly trackId: string; readonly overlapMs: number }
  | {
      readonly type: 'fault';
      readonly stream: SpeechStreamId;
      readonly atMs: number;
      readonly error: ErrorData;
    }
  | { readonly type: 'stats'; readonly stats: EngineStats }
  | { readonly type: 'stopped' };
