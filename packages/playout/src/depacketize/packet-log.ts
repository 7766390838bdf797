import { unwrapSerial } from '@eloquence/wire';

/** Packets beyond the first missing one that a receiver keeps track of. */
export const packetWindow = 4096;

export type PacketVerdict = 'new' | 'duplicate' | 'refused';

/**
 * Which packets of one utterance have arrived. Sequence numbers are 16 bits on the wire and full counts here,
 * so an utterance may have any number of packets. The memory does not depend on what arrives.
 */
export class PacketLog {
  readonly #bits = new Uint32Array(packetWindow / 32);
  #next = 0;
  #highest = -1;
  #count: number | undefined;

  /** All packets below have arrived. */
  get next(): number {
    return this.#next;
  }

  /** Highest number that has arrived; −1 before the first. */
  get highest(): number {
    return this.#highest;
  }

  /** Number of packets of the utterance, once known. */
  get count(): number | undefined {
    return this.#count;
  }

  /** A packet is missing of which it is certain that it was sent. */
  get hasGap(): boolean {
    return this.#highest >= this.#next || (this.#count !== undefined && this.#next < this.#count);
  }

  /** The utterance begins with this packet here: none before it is missing. What arrived before it is forgotten. */
  beginAt(position: number): void {
    const end = Math.min(position, this.#next + packetWindow);
    for (let before = this.#next; before < end; before++) this.#set(before, false);
    this.#next = position;
    this.#highest = Math.max(this.#highest, position - 1);
    this.#advance();
  }

  /** Full count of a sequence number of the wire: the one nearest to the first missing packet. */
  unwrap(sequence: number): number {
    return unwrapSerial(sequence, this.#next);
  }

  /** What `record` would make of this packet (a full count). */
  judge(position: number): PacketVerdict {
    if (position < 0 || position >= this.#next + packetWindow) return 'refused';
    if (this.#count !== undefined && position >= this.#count) return 'refused';
    return position < this.#next || this.#has(position) ? 'duplicate' : 'new';
  }

  /** Marks a packet as arrived. Returns how many packets it skipped: more than 0 means that a gap opened. */
  record(position: number): number {
    if (this.judge(position) !== 'new') return 0;
    const skipped = Math.max(0, position - this.#highest - 1);
    this.#set(position, true);
    this.#highest = Math.max(this.#highest, position);
    this.#advance();
    return skipped;
  }

  /** Notes how many packets there are (16 bits of it). False if that contradicts what has arrived or was said. */
  learnCount(packetCount: number): boolean {
    const count = unwrapSerial(packetCount, this.#highest + 1);
    if (count <= this.#highest || (this.#count !== undefined && this.#count !== count)) return false;
    this.#count = count;
    return true;
  }

  /** The 64 packets after the first missing one: bit `i` stands for packet `next + 1 + i`. */
  bitmap(): { readonly low: number; readonly high: number } {
    return { low: this.#word(this.#next + 1), high: this.#word(this.#next + 33) };
  }

  #advance(): void {
    while (this.#has(this.#next)) {
      this.#set(this.#next, false);
      this.#next++;
    }
  }

  #word(from: number): number {
    if (from > this.#highest) return 0;
    let word = 0;
    for (let bit = 0; bit < 32; bit++) if (this.#has(from + bit)) word |= 1 << bit;
    return word >>> 0;
  }

  #has(position: number): boolean {
    const slot = position % packetWindow;
    return ((this.#bits[slot >>> 5]! >>> (slot & 31)) & 1) !== 0;
  }

  #set(position: number, value: boolean): void {
    const slot = position % packetWindow;
    const mask = 1 << (slot & 31);
    this.#bits[slot >>> 5] = value ? this.#bits[slot >>> 5]! | mask : this.#bits[slot >>> 5]! & ~mask;
  }
}
