import { type AudioPacket, audioFlag, decodePacket, encodeAudioPacket } from '@eloquence/wire';
import { type OutgoingPacket, headerRepeats } from './packetizer.js';

/** Audio that is kept for receivers that may join, ms. */
const keptMs = 120_000;

/** Packets of an utterance that not everybody has heard: a page that is loaded anew has to be sent them again. */
export class UnheardPackets {
  #packets: OutgoingPacket[] = [];

  add(packet: OutgoingPacket): void {
    this.#packets.push(packet);
    this.forgetBefore(packet.endMs - keptMs);
  }

  /** Everybody has heard what lies before this place, ms from the start of the utterance. */
  forgetBefore(heardMs: number): void {
    const first = this.#packets.findIndex(({ endMs }) => endMs > heardMs);
    if (first > 0) this.#packets = this.#packets.slice(first);
  }

  /**
   * The packets from this place on, ms, as a receiver is sent them that joins there: its first packet says so, and the
   * first three have their stream header. The last packet is always among them.
   */
  from(positionMs: number): OutgoingPacket[] {
    const found = this.#packets.findIndex(({ endMs }) => endMs > positionMs);
    const rest = found < 0 ? this.#packets.slice(-1) : this.#packets.slice(found);
    return rest.map((packet, at) => (at < headerRepeats ? asFirst(packet, at === 0) : packet));
  }
}

function asFirst(packet: OutgoingPacket, isFirst: boolean): OutgoingPacket {
  const { streamHeader } = packet;
  const audio = decodePacket(packet.bytes) as AudioPacket;
  const flags = audio.flags | (isFirst ? audioFlag.start : 0);
  return { ...packet, bytes: encodeAudioPacket({ ...audio, flags, streamHeader }) };
}
