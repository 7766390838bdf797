import type { ChannelState, Clock, Event, PeerChange } from '@eloquence/plugin-api';
import type { MediaTrack, PcmResampler } from './media-track.js';

/** What a media lane needs to know of its room. */
export interface MediaLaneRoom {
  readonly state: ChannelState;
  /** Other participants known to be in the room. */
  readonly peerCount: number;
  readonly onDidChangeState: Event<ChannelState>;
  readonly onDidChangePeer: Event<PeerChange>;
}

/** Events that are no reason to stop. */
export interface MediaLaneCounters {
  /** Pieces of audio that rtc-node refused; each is tried again once. */
  captureErrors: number;
  /** Pieces given up after the second refusal. */
  droppedBlocks: number;
  /** Tracks published anew because the earlier one had stopped taking audio. */
  replacedTracks: number;
  /** Errors while a track was taken down. */
  closeErrors: number;
}

/** What an utterance needs of its lane. */
export interface MediaLanePort {
  readonly clock: Clock;
  readonly room: MediaLaneRoom;
  readonly counters: MediaLaneCounters;
  readonly captureTimeoutMs: number;
  readonly reconnectTimeoutMs: number;
  /** The published track, once somebody listens. */
  openTrack(sampleRateHz: number, signal: AbortSignal): Promise<MediaTrack>;
  createResampler(fromHz: number, toHz: number): PcmResampler;
  /** The track takes no more audio: the next utterance needs another one. */
  reportBrokenTrack(): void;
}
