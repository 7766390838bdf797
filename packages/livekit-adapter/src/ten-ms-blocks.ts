/**
 * Cuts PCM of any length into blocks of whole 10 ms, each in a buffer of its own from offset 0, and keeps the rest
 * for the next piece. rtc-node reads frames from the start of their buffer, and holds a tail shorter than 10 ms back
 * until the next utterance: the last block is padded with silence here.
 */
export class TenMsBlocks {
  readonly #unitSamples: number;
  #rest = new Int16Array(0);

  /** `sampleRateHz` must be a multiple of 100. */
  constructor(sampleRateHz: number) {
    if (sampleRateHz <= 0 || sampleRateHz % 100 !== 0)
      throw new RangeError(`sampleRateHz must be a positive multiple of 100: ${sampleRateHz}`);
    this.#unitSamples = sampleRateHz / 100;
  }

  /** All whole 10 ms gathered so far, or `undefined` if there are none. */
  push(pcm: Int16Array): Int16Array | undefined {
    const total = this.#rest.length + pcm.length;
    const whole = total - (total % this.#unitSamples);
    if (whole === 0) {
      this.#rest = join(this.#rest, pcm, total);
      return undefined;
    }
    const block = join(this.#rest, pcm, whole);
    this.#rest = pcm.slice(whole - this.#rest.length);
    return block;
  }

  /** The rest, padded with silence to 10 ms; `undefined` if there is none. */
  flush(): Int16Array | undefined {
    if (this.#rest.length === 0) return undefined;
    const block = join(this.#rest, this.#rest.subarray(0, 0), this.#unitSamples);
    this.#rest = new Int16Array(0);
    return block;
  }
}

/** The first `length` samples of `head` followed by `tail`; silence where both are shorter. */
function join(head: Int16Array, tail: Int16Array, length: number): Int16Array<ArrayBuffer> {
  const joined = new Int16Array(length);
  joined.set(head);
  joined.set(tail.subarray(0, length - head.length), head.length);
  return joined;
}
