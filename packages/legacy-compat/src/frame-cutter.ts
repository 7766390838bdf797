/** Samples of one frame of the loop: 10 ms at 48 kHz. */
export const legacyFrameSamples = 480;

/** Cuts PCM into frames of 10 ms, each in a buffer of its own. */
export class FrameCutter {
  #rest = new Int16Array(0);

  *push(pcm: Int16Array): Generator<Int16Array> {
    const joined = new Int16Array(this.#rest.length + pcm.length);
    joined.set(this.#rest);
    joined.set(pcm, this.#rest.length);
    let at = 0;
    for (; at + legacyFrameSamples <= joined.length; at += legacyFrameSamples)
      yield joined.slice(at, at + legacyFrameSamples);
    this.#rest = joined.slice(at);
  }

  /** The last, incomplete frame, filled up with silence. */
  *flush(): Generator<Int16Array> {
    if (this.#rest.length === 0) return;
    const frame = new Int16Array(legacyFrameSamples);
    frame.set(this.#rest);
    this.#rest = new Int16Array(0);
    yield frame;
  }
}
