/** Sound of this amplitude or more is speech: far above the noise that codecs leave in silence. */
export const loudness = 0.004;
const pollMs = 10;

/**
 * Hears when sound begins and when it was last there, by looking at the latest samples of an analyser. Right to the
 * sample where no look comes later than the analyser's window is long, 43 ms at 48 kHz.
 */
export class SoundWatch {
  readonly #analyser: AnalyserNode;
  readonly #samples: Float32Array<ArrayBuffer>;
  #timer: ReturnType<typeof setInterval> | undefined;
  #firstLoudMs: number | undefined;
  #lastLoudMs: number | undefined;
  #latestLookMs = 0;

  constructor(
    private readonly context: AudioContext,
    source: AudioNode,
    private readonly onDidHear: () => void,
  ) {
    this.#analyser = new AnalyserNode(context, { fftSize: 2048 });
    this.#samples = new Float32Array(this.#analyser.fftSize);
    source.connect(this.#analyser);
  }

  /** On `performance.now()`; `undefined` until something is heard. */
  get firstLoudMs(): number | undefined {
    return this.#firstLoudMs;
  }

  get lastLoudMs(): number | undefined {
    return this.#lastLoudMs;
  }

  start(): void {
    this.stop();
    this.#latestLookMs = performance.now();
    this.#firstLoudMs = undefined;
    this.#lastLoudMs = undefined;
    this.#timer = setInterval(() => this.#look(), pollMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const nowMs = performance.now();
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const count = this.#samples.length;
    const perMs = this.context.sampleRate / 1000;
    // Samples that an earlier look has seen are not looked at again.
    const from = Math.max(0, count - Math.ceil((nowMs - this.#latestLookMs) * perMs) - 128);
    this.#latestLookMs = nowMs;
    let first = -1;
    let last = -1;
    for (let at = from; at < count; at++) {
      if (Math.abs(this.#samples[at]!) < loudness) continue;
      if (first < 0) first = at;
      last = at;
    }
    if (last < 0) return;
    this.#lastLoudMs = nowMs - (count - last) / perMs;
    if (this.#firstLoudMs !== undefined) return;
    this.#firstLoudMs = nowMs - (count - first) / perMs;
    this.onDidHear();
  }
}
