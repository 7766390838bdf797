import { RoomChannel, type RoomPort, type SharedRoom } from '@eloquence/livekit-room';
import { type Clock, createSystemClock } from '@eloquence/plugin-api';

/** How `publishData` of rtc-node takes its options. */
export interface LivekitPublishDataOptions {
  reliable?: boolean;
  topic?: string;
  destination_identities?: string[];
}

/**
 * What the data part of this package needs of an rtc-node `Room`. Structural, so that a room of another installed
 * copy of rtc-node is as good as one of ours, and so that tests can do without a network.
 */
export interface LivekitRoom extends SharedRoom {
  readonly isConnected: boolean;
  /** Number of rtc-node's `ConnectionState`. */
  readonly connectionState?: number;
  /** What it was connected with, or what the server has put in its place. */
  readonly token?: string | undefined;
  readonly localParticipant?: {
    readonly identity: string;
    publishData(data: Uint8Array, options: LivekitPublishDataOptions): Promise<void>;
  };
}

/** rtc-node's `ConnectionState.CONN_RECONNECTING`. */
const reconnectingState = 2;

/**
 * Opens the data channels of a connected room. Several channels over one room see the same packets; a room that was
 * lost and connected again needs a new one.
 */
export function createRoomChannel(room: LivekitRoom, clock: Clock = createSystemClock()): RoomChannel {
  const port: RoomPort = {
    room,
    isReusable: false,
    readState() {
      if (!room.isConnected) return 'closed';
      return room.connectionState === reconnectingState ? 'reconnecting' : 'connected';
    },
    async publish(packet, { to, ...options }) {
      await room.localParticipant?.publishData(
        packet,
        to === undefined ? options : { ...options, destination_identities: to },
      );
    },
  };
  return new RoomChannel(port, clock);
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
