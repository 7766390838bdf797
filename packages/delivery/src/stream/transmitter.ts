import { type EndPacket, audioFlag, encodeEndPacket, restampAudioPacket } from '@eloquence/wire';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import type { OutgoingPacket } from '../utterance/packetizer.js';

/** The way out of a lane. Failures to send are its own to count. */
export interface Outlet {
  /** False while the connection is being restored: nothing is sent then. */
  isOpen(): boolean;
  send(bytes: Uint8Array, isReliable: boolean, peer: ReceiverPeer): void;
}

/** What the END packet of an utterance says, beside when it is sent. */
export type UtteranceTotals = Omit<EndPacket, 'sendTimeMs'>;

export interface StreamCounters {
  /** Audio packets sent, retransmissions and redundancy included, and their bytes. */
  readonly packetsSent: number;
  readonly sentBytes: number;
  readonly packetsRetransmitted: number;
  readonly redundantPackets: number;
  /** Packets of which it is known whether the first attempt arrived, and those where it did not. */
  readonly packetsResolved: number;
  readonly packetsLost: number;
  /** Audio payload acknowledged. */
  readonly acknowledgedBytes: number;
}

/** Stamps packets with the time and the kind of their sending, and sends them to one receiver. */
export class Transmitter {
  readonly #peer: ReceiverPeer;
  readonly #outlet: Outlet;
  readonly #isReliable: boolean;
  #packetsSent = 0;
  #sentBytes = 0;

  constructor(peer: ReceiverPeer, outlet: Outlet, isReliable: boolean) {
    this.#peer = peer;
    this.#outlet = outlet;
    this.#isReliable = isReliable;
  }

  get isOpen(): boolean {
    return this.#outlet.isOpen();
  }

  /** Audio packets sent, retransmissions and redundancy included, and their bytes. */
  get packetsSent(): number {
    return this.#packetsSent;
  }
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** @param flags bits of `audioFlag` beside those that the packet has */
  transmit(packet: OutgoingPacket, nowMs: number, flags = 0): void {
    const bytes = packet.bytes.slice();
    restampAudioPacket(bytes, Math.round(nowMs), flags);
    this.#packetsSent++;
    this.#sentBytes += bytes.length;
    this.#outlet.send(bytes, this.#isReliable, this.#peer);
  }

  retransmit(packet: OutgoingPacket, nowMs: number): void {
    this.transmit(packet, nowMs, audioFlag.repeat);
  }

  transmitRedundant(packet: OutgoingPacket, nowMs: number): void {
    this.transmit(packet, nowMs, audioFlag.copy);
  }

  transmitEnd(totals: UtteranceTotals, nowMs: number): void {
    const bytes = encodeEndPacket({ ...totals, sendTimeMs: Math.round(nowMs) });
    this.#outlet.send(bytes, this.#isReliable, this.#peer);
  }
}
