import type { Disposable } from '../base/disposable.js';
import type { Event } from '../base/event.js';

/** How one packet travels, and to whom. */
export interface DatagramSendOptions {
  /** Reliable and ordered, or unreliable and unordered. */
  readonly reliable: boolean;
  /** Identities of the receivers; everybody in the room if absent. */
  readonly to?: readonly string[];
}

/** One packet that came in. */
export interface ReceivedDatagram {
  /** Valid until the listener returns; copy what is to be kept. */
  readonly packet: Uint8Array;
  /** Identity of the sender. */
  readonly from: string;
}

/** A participant of the room came or left. */
export interface PeerChange {
  /** As the server announces it. */
  readonly identity: string;
  readonly isPresent: boolean;
}

/** `reconnecting`: what is sent is refused until it is `connected` again. `closed` is for good. */
export type ChannelState = 'connected' | 'reconnecting' | 'closed';

/**
 * Small messages between participants of a room: what the sending and the receiving engine stand on.
 * LiveKit's data channels are one implementation, an emulated network in one process another.
 */
export interface DatagramChannel extends Disposable {
  /** Largest packet that `send` takes without its being split on the way, bytes. */
  readonly maxPacketBytes: number;
  readonly state: ChannelState;
  /**
   * Hands over one packet. `packet` is not kept after the promise settled. A lossy packet may get lost without an
   * error; a rejection means that it was certainly not sent.
   */
  send(packet: Uint8Array, options: DatagramSendOptions): Promise<void>;
  readonly onDidReceive: Event<ReceivedDatagram>;
  readonly onDidChangePeer: Event<PeerChange>;
  readonly onDidChangeState: Event<ChannelState>;
}
