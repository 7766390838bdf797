import type { ChannelState, Event, PeerChange } from '@eloquence/plugin-api';

/** What a media lane needs to know of its room. */
export interface MediaLaneRoom {
  readonly state: ChannelState;
  /** Other participants known to be in the room. */
  readonly peerCount: number;
  readonly onDidChangeState: Event<ChannelState>;
  readonly onDidChangePeer: Event<PeerChange>;
}
