/** Writes big-endian fields into a buffer that grows as needed. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(initialCapacity = 64) {
    this.#bytes = new Uint8Array(initialCapacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  u16(value: number): void {
    this.#reserve(2);
    this.#view.setUint16(this.#length, value);
    this.#length += 2;
  }

  i16(value: number): void {
    this.u16(value & 0xffff);
  }

  u24(value: number): void {
    this.u8((value >>> 16) & 0xff);
    this.u16(value & 0xffff);
  }

  u32(value: number): void {
    this.u16((value >>> 16) & 0xffff);
    this.u16(value & 0xffff);
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /**
   * Text of printable ASCII, up to 255 characters, behind its length.
   *
   * @throws RangeError if it is something else: the reader would take it for a malformed packet
   */
  shortText(value: string): void {
    if (!/^[\x20-\x7e]{0,255}$/.test(value)) {
      throw new RangeError(`not printable ASCII of at most 255 characters: '${value}'`);
    }
    this.u8(value.length);
    for (let at = 0; at < value.length; at++) this.u8(value.charCodeAt(at));
  }

  /** What was written, as an array of its own. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
