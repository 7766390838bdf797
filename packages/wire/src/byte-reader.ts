/**
 * Reads big-endian fields. Reading past the end gives zeros and sets `isExhausted`, so that a decoder checks once
 * at the end instead of before every field.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #isExhausted = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) {
      this.#isExhausted = true;
      return 0;
    }
    this.#at++;
    return value;
  }

  u16(): number {
    const high = this.u8();
    return (high << 8) | this.u8();
  }

  i16(): number {
    return (this.u16() << 16) >> 16;
  }

  u24(): number {
    const high = this.u8();
    return (high << 16) | this.u16();
  }

  u32(): number {
    const high = this.u16();
    return high * 0x10000 + this.u16();
  }

  /** A view, not a copy. */
  bytes(length: number): Uint8Array {
    if (length > this.remaining) {
      this.#isExhausted = true;
      this.#at = this.#bytes.length;
      return this.#bytes.subarray(this.#at);
    }
    const view = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return view;
  }

  /** Counterpart of `ByteWriter.shortText`; anything but printable ASCII counts as exhausted. */
  shortText(): string {
    const raw = this.bytes(this.u8());
    let text = '';
    for (const code of raw) {
      if (code < 0x20 || code > 0x7e) this.#isExhausted = true;
      else text += String.fromCharCode(code);
    }
    return text;
  }
}
