import type { Disposable, Event } from '@eloquence/plugin-api';

/** A piece of a subscribed track, as it comes out of the jitter buffer: mono. */
export interface TrackBlock {
  readonly samples: Int16Array;
  readonly sampleRateHz: number;
}

/** An audio track that can be listened to. */
export interface SubscribedTrack {
  readonly sender: string;
  readonly trackId: string;
  readonly name?: string;
  /** Starts to listen; disposing stops. `onEnd` tells that the track is over, by an error or not. */
  listen(onBlock: (block: TrackBlock) => void, onEnd: (error?: unknown) => void): Disposable;
}

/** The audio tracks of a room. */
export interface AudioTrackFeed extends Disposable {
  /** Tracks subscribed at the moment. */
  readonly tracks: readonly SubscribedTrack[];
  readonly onDidSubscribe: Event<SubscribedTrack>;
  /** Tells the id of a track that is gone. */
  readonly onDidUnsubscribe: Event<string>;
}
