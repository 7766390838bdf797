import type { ChannelState } from '@eloquence/plugin-api';
import type { FakeLivekitRoom } from '@eloquence/simulated-transport';
import type { RoomPort } from '../room-port.js';

/** What an adapter makes of a room. */
export function portOf(room: FakeLivekitRoom, isReusable = false): RoomPort {
  return {
    room,
    isReusable,
    readState(): ChannelState {
      if (room.state === 'connected') return 'connected';
      return room.state === 'disconnected' ? 'closed' : 'reconnecting';
    },
    publish: (packet, { reliable, topic, to }) =>
      room.localParticipant.publishData(packet, {
        ...{ reliable, topic },
        ...(to === undefined ? {} : { destinationIdentities: to }),
      }),
  };
}
