import { RoomChannel, type RoomPort } from '@eloquence/livekit-room';
import type { Clock } from '@eloquence/plugin-api';
import type { PlayerRoom } from './player-room.js';

/** What passed over a room's data channels since the player was attached. */
export interface RoomDataCounters {
  /** Packets of the data lane. */
  readonly received: number;
  readonly receivedBytes: number;
  /** Data of other topics: not ours. */
  readonly otherTopics: number;
  /** Ours by topic, but from a sender that cannot be told, or that claims to be somebody else. */
  readonly unidentified: number;
  readonly sent: number;
  /** Packets that the room refused, or that were dropped because too many were waiting. */
  readonly sendFailures: number;
}

/**
 * Opens the data channels of a livekit-client room, for packets of the data lane. The room may be connected before or
 * after, and again after it was lost; it stays the caller's.
 */
export function createPlayerChannel(room: PlayerRoom, clock: Clock): RoomChannel {
  const port = {
    room,
    isReusable: true,
    readState() {
      if (room.state === 'connected') return 'connected';
      return room.state === 'disconnected' || room.state === 'connecting' ? 'closed' : 'reconnecting';
    },
    publish(packet, { to, ...options }) {
      return room.localParticipant.publishData(
        packet as Uint8Array<ArrayBuffer>,
        to === undefined ? options : { ...options, destinationIdentities: to },
      );
    },
  } satisfies RoomPort;
  return new RoomChannel(port, clock);
}

/** The counters of a channel as a player tells them. */
export function toRoomDataCounters({ publish, ...received }: RoomChannel['counters']): RoomDataCounters {
  return { ...received, sent: publish.published, sendFailures: publish.failed + publish.overflowed };
}
