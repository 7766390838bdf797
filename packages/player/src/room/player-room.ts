import {
  type NamedTrack,
  type RoomEvents,
  type RoomParticipant,
  type SharedRoom,
  listenTo,
} from '@eloquence/livekit-room';
import { type Disposable, type Event, toDisposable } from '@eloquence/plugin-api';

/** What is read of a participant. */
export interface PlayerParticipant extends RoomParticipant {
  /** By track id. */
  readonly trackPublications?: ReadonlyMap<string, PlayerTrackPublication>;
}

/** What is read of a published track. */
export interface PlayerTrackPublication {
  /** Id of the track. */
  readonly trackSid: string;
  readonly trackName: string;
  /** `audio` or `video`. */
  readonly kind: string;
  /** Present while it is subscribed to. */
  readonly track?: unknown;
}

/** A subscribed audio track, as livekit-client has it. */
export interface PlayerAudioTrack {
  readonly kind: string;
  readonly attachedElements: readonly HTMLMediaElement[];
  /** What the browser receives. */
  readonly mediaStreamTrack?: MediaStreamTrack | undefined;
  attach(): HTMLMediaElement;
  detach(element: HTMLMediaElement): unknown;
  /** The track tells `elementAttached` and `elementDetached`. */
  on?(event: never, listener: never): unknown;
  off?(event: never, listener: never): unknown;
}

/**
 * The part of a livekit-client `Room` that a player uses. Structural, so that a room of any copy of livekit-client
 * fits, and so that tests can do without a network.
 */
export interface PlayerRoom extends SharedRoom {
  /** livekit-client's `ConnectionState`. */
  readonly state: string;
  /** This end of the room. */
  readonly localParticipant: {
    readonly identity: string;
    publishData(
      data: Uint8Array<ArrayBuffer>,
      options: { reliable?: boolean; topic?: string; destinationIdentities?: string[] },
    ): Promise<void>;
  };
  /** Everybody else, by identity. */
  readonly remoteParticipants: ReadonlyMap<string, PlayerParticipant>;
}

/** Events of a livekit-client track, by its names. */
const attachmentEvents = ['elementAttached', 'elementDetached'] as const;

/** Events of a livekit-client room, by its names. */
export interface PlayerRoomEvents extends RoomEvents {
  trackPublished: (publication: PlayerTrackPublication, participant: PlayerParticipant) => void;
  trackSubscribed: (
    track: PlayerAudioTrack,
    publication: PlayerTrackPublication,
    participant: PlayerParticipant,
  ) => void;
  trackUnsubscribed: (
    track: PlayerAudioTrack,
    publication: PlayerTrackPublication,
    participant: PlayerParticipant,
  ) => void;
  activeSpeakersChanged: (speakers: readonly PlayerParticipant[]) => void;
}

/** Subscribes to an event of a livekit-client room. */
export const listenToPlayerRoom = listenTo as unknown as <E extends keyof PlayerRoomEvents>(
  room: PlayerRoom,
  event: E,
  listener: PlayerRoomEvents[E],
) => Disposable;

/** Tells when an element is attached to a track, or detached from it, by whomever. */
export function listenToAttachments(track: PlayerAudioTrack, listener: () => void): Disposable {
  const emitter = track as { on?(event: string, listener: () => void): unknown } & {
    off?(event: string, listener: () => void): unknown;
  };
  for (const event of attachmentEvents) emitter.on?.(event, listener);
  return toDisposable(() => {
    for (const event of attachmentEvents) emitter.off?.(event, listener);
  });
}

/**
 * Tells the name of each track when it is subscribed to. A track that is merely published is heard by nobody yet: its
 * sender is still on the data lane, and may stay there.
 */
export function namedTracks(room: PlayerRoom): Event<NamedTrack> {
  return (listener) =>
    listenToPlayerRoom(room, 'trackSubscribed', (_track, { trackSid, trackName }, { identity }) =>
      listener({ sender: identity, trackId: trackSid, name: trackName }),
    );
}
