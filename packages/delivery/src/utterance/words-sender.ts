import type { WordTiming } from '@eloquence/plugin-api';
import { type WordsPacket, decodePacket, encodeWordsPackets } from '@eloquence/wire';
import type { OwnedTimers } from '../owned-timers.js';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import type { Outlet } from '../stream/transmitter.js';
import type { FanOut } from './fan-out.js';

/** Words of one utterance that are sent at most; receivers keep no more. */
const maxWords = 20_000;

export interface WordsSenderOptions {
  readonly channel: number;
  readonly utteranceSequence: number;
  readonly maxPacketBytes: number;
  /** Sends a packet to a receiver, or to each of the utterance that wants words, more than once where it may get lost. */
  readonly send: (packet: Uint8Array, peer?: ReceiverPeer) => void;
}

/** The way to those who want words. */
export interface WordReaders {
  readonly fanOut: FanOut;
  readonly outlet: Outlet;
  readonly timers: OwnedTimers;
  /** False where nothing gets lost. */
  readonly isRepeated: boolean;
}

/**
 * When packets with words are sent again, ms: three attempts on the lossy channel arrive sooner than a reliable one
 * waits before its first retransmission, and hold up nothing.
 */
const againMs: readonly number[] = [60, 180];

/** Sends one packet with words to everybody who wants them, or to one. */
export function sendWords(packet: Uint8Array, readers: WordReaders, to?: ReceiverPeer): void {
  const { fanOut, outlet, timers, isRepeated } = readers;
  for (const peer of to ? [to] : fanOut.wordReaders) {
    outlet.send(packet, !isRepeated, peer);
    if (!isRepeated) continue;
    for (const delayMs of againMs) timers.after(delayMs, () => outlet.send(packet, false, peer));
  }
}

/** Tells the receivers of an utterance which word is heard when. */
export class WordsSender {
  readonly #options: WordsSenderOptions;
  readonly #packets: Uint8Array[] = [];
  #sentWords = 0;
  #droppedWords = 0;

  constructor(options: WordsSenderOptions) {
    this.#options = options;
  }

  get sentWords(): number {
    return this.#sentWords;
  }

  /** Words without a usable time, or beyond the limit. */
  get droppedWords(): number {
    return this.#droppedWords;
  }

  /** Sends words at once, in the order of their times, which count from the start of the utterance. */
  add(words: readonly WordTiming[]): void {
    if (words.length === 0) return;
    const { channel, utteranceSequence, maxPacketBytes, send } = this.#options;
    const usable = words
      .filter(({ startMs, endMs }) => startMs >= 0 && startMs < 2 ** 31 && !Number.isNaN(endMs))
      .slice(0, maxWords - this.#sentWords);
    this.#droppedWords += words.length - usable.length;
    const first = this.#sentWords;
    this.#sentWords += usable.length;
    for (const packet of encodeWordsPackets({ channel, utteranceSequence }, first, usable, maxPacketBytes)) {
      this.#packets.push(packet);
      send(packet);
    }
  }

  /** Sends a receiver that joins at this position, ms, the words from there on. */
  resend(peer: ReceiverPeer, fromMs: number): void {
    for (const packet of this.#packets) {
      const { words } = decodePacket(packet) as WordsPacket;
      if (words.some(({ endMs }) => endMs > fromMs)) this.#options.send(packet, peer);
    }
  }
}
