/** The part of a remote participant that this package reads. */
export interface LivekitParticipant {
  readonly identity: string;
}

/** How `publishData` of rtc-node takes its options. */
export interface LivekitPublishDataOptions {
  reliable?: boolean;
  topic?: string;
  destination_identities?: string[];
}

/** The listeners of the room events that this package uses. */
export interface LivekitRoomListeners {
  dataReceived: (
    payload: Uint8Array,
    participant?: LivekitParticipant,
    kind?: number,
    topic?: string,
  ) => void;
  participantConnected: (participant: LivekitParticipant) => void;
  participantDisconnected: (participant: LivekitParticipant) => void;
  connectionStateChanged: (state: number) => void;
  reconnecting: () => void;
  reconnected: () => void;
  disconnected: (reason: number) => void;
}

/**
 * What the data part of this package needs of an rtc-node `Room`. Structural, so that a room of another installed
 * copy of rtc-node is as good as one of ours, and so that tests can do without a network.
 */
export interface LivekitRoom {
  readonly isConnected: boolean;
  readonly localParticipant?: {
    readonly identity: string;
    publishData(data: Uint8Array, options: LivekitPublishDataOptions): Promise<void>;
  };
  readonly remoteParticipants: ReadonlyMap<string, LivekitParticipant>;
  on(event: 'dataReceived', listener: LivekitRoomListeners['dataReceived']): unknown;
  on(event: 'participantConnected', listener: LivekitRoomListeners['participantConnected']): unknown;
  on(event: 'participantDisconnected', listener: LivekitRoomListeners['participantDisconnected']): unknown;
  on(event: 'connectionStateChanged', listener: LivekitRoomListeners['connectionStateChanged']): unknown;
  on(event: 'reconnecting', listener: LivekitRoomListeners['reconnecting']): unknown;
  on(event: 'reconnected', listener: LivekitRoomListeners['reconnected']): unknown;
  on(event: 'disconnected', listener: LivekitRoomListeners['disconnected']): unknown;
  off(event: 'dataReceived', listener: LivekitRoomListeners['dataReceived']): unknown;
  off(event: 'participantConnected', listener: LivekitRoomListeners['participantConnected']): unknown;
  off(event: 'participantDisconnected', listener: LivekitRoomListeners['participantDisconnected']): unknown;
  off(event: 'connectionStateChanged', listener: LivekitRoomListeners['connectionStateChanged']): unknown;
  off(event: 'reconnecting', listener: LivekitRoomListeners['reconnecting']): unknown;
  off(event: 'reconnected', listener: LivekitRoomListeners['reconnected']): unknown;
  off(event: 'disconnected', listener: LivekitRoomListeners['disconnected']): unknown;
}

/** Tells an rtc-node room by its shape: `instanceof` fails across copies of the package. */
export function isLivekitRoom(target: unknown): target is LivekitRoom {
  if (typeof target !== 'object' || target === null) return false;
  const room = target as Partial<Record<keyof LivekitRoom, unknown>>;
  const local = room.localParticipant as { publishData?: unknown; publishTrack?: unknown } | undefined;
  return (
    typeof room.on === 'function' &&
    typeof room.off === 'function' &&
    typeof room.isConnected === 'boolean' &&
    room.remoteParticipants instanceof Map &&
    // A room that has not been connected has no local participant yet, but it is a room.
    (local === undefined
      ? 'connectionState' in target && typeof (target as { connect?: unknown }).connect === 'function'
      : typeof local.publishData === 'function' && typeof local.publishTrack === 'function')
  );
}
