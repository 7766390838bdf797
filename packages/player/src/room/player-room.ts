/** What is read of a participant. */
export interface PlayerParticipant {
  readonly identity: string;
  readonly trackPublications?: ReadonlyMap<string, PlayerTrackPublication>;
}

/** What is read of a published track. */
export interface PlayerTrackPublication {
  readonly trackSid: string;
  readonly trackName: string;
  readonly kind: string;
  readonly track?: unknown;
}

/** A subscribed audio track, as livekit-client has it. */
export interface PlayerAudioTrack {
  readonly kind: string;
  readonly attachedElements: readonly HTMLMediaElement[];
  attach(): HTMLMediaElement;
  detach(element: HTMLMediaElement): unknown;
}

/**
 * The part of a livekit-client `Room` that a player uses. Structural, so that a room of any copy of livekit-client
 * fits, and so that tests can do without a network.
 */
export interface PlayerRoom {
  readonly state: string;
  readonly localParticipant: {
    readonly identity: string;
    publishData(
      data: Uint8Array<ArrayBuffer>,
      options: { reliable?: boolean; topic?: string; destinationIdentities?: string[] },
    ): Promise<void>;
  };
  readonly remoteParticipants: ReadonlyMap<string, PlayerParticipant>;
  on(event: never, listener: never): unknown;
  off(event: never, listener: never): unknown;
}

/** Events of a livekit-client room, by its names. */
export interface PlayerRoomEvents {
  dataReceived: (
    payload: Uint8Array,
    participant?: PlayerParticipant,
    kind?: unknown,
    topic?: string,
  ) => void;
  participantConnected: (participant: PlayerParticipant) => void;
  participantDisconnected: (participant: PlayerParticipant) => void;
  connectionStateChanged: (state: string) => void;
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
