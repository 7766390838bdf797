/** Speech becomes longer by at most this share. */
const stretchShare = 0.1;
const shortestPeriodMs = 2.5;
const longestPeriodMs = 15;
/** Speech is stretched only where it repeats itself: least normalised correlation of one period with the next. */
const leastSimilarity = 0.7;
/** Mean square of what counts as a pause, beside the share of the loudness heard lately: −54 dB of full scale. */
const silenceEnergy = (32_768 * 0.002) ** 2;
const pauseShare = 0.003;
/** A pause grows by at most this, ms. */
const longestPauseGrowthMs = 150;
/** Correlations are computed at about this rate: pitch needs no more. */
const searchRateHz = 8000;
const loudnessDecay = 0.98;
/** Every fourth sample tells how loud a frame is. */
const loudnessStride = 4;

const nothing = new Int16Array(0);

/**
 * Makes decoded speech last longer, or shorter, without changing its pitch, by waveform-similarity overlap-add (Verhelst and
 * Roelands 1993): before a frame, one period of its beginning is blended into the period that was heard last, so that
 * one more period is heard. Speech grows by 10 % at most, and only where it repeats itself; pauses grow by up to
 * 150 ms each. In the same way it is made shorter, a period at a time. Remembers 60 ms.
 */
export class SpeechStretcher {
  readonly #sampleRateHz: number;
  /** What was heard last ends at `#end`; moved to the beginning now and then, not with every frame. */
  readonly #history: Int16Array;
  readonly #memory: number;
  #remembered = 0;
  #end = 0;
  #allowance = 0;
  #loudness = 0;
  #pauseGrowth = 0;
  #isQuiet = true;

  constructor(sampleRateHz: number) {
    this.#sampleRateHz = sampleRateHz;
    this.#memory = this.#samples(60);
    this.#history = new Int16Array(8 * this.#memory);
  }

  /** The frame heard last was a pause, as far as its loudness tells. */
  get isQuiet(): boolean {
    return this.#isQuiet;
  }

  /** Takes note of a frame that is heard as it is. */
  pass(pcm: Int16Array): void {
    this.#judge(pcm);
    this.#allow(pcm.length);
    this.#keep(pcm);
  }

  /** Audio to be heard before this frame, which is to be heard next; empty if there is no good place for any. */
  stretch(pcm: Int16Array): Int16Array {
    this.#judge(pcm);
    this.#allow(pcm.length);
    const inserted = this.#isQuiet ? this.#growPause(pcm) : this.#repeatPeriod(pcm);
    this.#keep(pcm);
    return inserted;
  }

  /** What is heard earns the right to be stretched; unused for long, it must not come all at once. */
  #allow(length: number): void {
    const earned = stretchShare * length;
    this.#allowance = Math.min(this.#samples(longestPeriodMs) + earned, this.#allowance + earned);
  }

  /**
   * The frame to be heard next, with one period less where it repeats itself, or half as long in a pause. Periods must
   * fit twice into the frame: of short frames, only high voices and pauses become shorter.
   */
  shorten(pcm: Int16Array): Int16Array {
    this.#judge(pcm);
    this.#allow(pcm.length);
    const half = pcm.length >> 1;
    const length = this.#isQuiet ? half : this.#findOwnPeriod(pcm, half);
    const shorter = length < this.#samples(shortestPeriodMs) ? pcm : withoutPeriod(pcm, length);
    if (!this.#isQuiet) this.#allowance -= pcm.length - shorter.length;
    this.#keep(shorter);
    return shorter;
  }

  #growPause(pcm: Int16Array): Int16Array {
    const room = this.#samples(longestPauseGrowthMs) - this.#pauseGrowth;
    const length = Math.min(room, pcm.length, this.#remembered);
    if (length < this.#samples(shortestPeriodMs)) return nothing;
    this.#pauseGrowth += length;
    return this.#blend(pcm, length);
  }

  #repeatPeriod(pcm: Int16Array): Int16Array {
    const longest = Math.min(this.#samples(longestPeriodMs), pcm.length, this.#remembered, this.#allowance);
    const length = this.#findPeriod(pcm, Math.floor(longest));
    if (length === 0) return nothing;
    this.#allowance -= length;
    return this.#blend(pcm, length);
  }

  /** Begins as the frame does, and ends as what was heard last did: both joints are those of the original. */
  #blend(pcm: Int16Array, length: number): Int16Array {
    const blended = new Int16Array(length);
    const from = this.#end - length;
    for (let at = 0; at < length; at++) {
      const weight = 0.5 - 0.5 * Math.cos((Math.PI * (at + 0.5)) / length);
      blended[at] = Math.round((1 - weight) * pcm[at]! + weight * this.#history[from + at]!);
    }
    return blended;
  }

  /** The lag at which the frame's beginning resembles what was heard last most; 0 if at none enough. */
  #findPeriod(pcm: Int16Array, longest: number): number {
    return this.#findLag(longest, (lag, stride) =>
      similarity(pcm, 0, this.#history, this.#end - lag, lag, stride),
    );
  }

  /** The lag at which the frame's beginning resembles its own continuation most; 0 if at none enough. */
  #findOwnPeriod(pcm: Int16Array, half: number): number {
    const longest = Math.min(half, this.#samples(longestPeriodMs), this.#allowance);
    return this.#findLag(Math.floor(longest), (lag, stride) => similarity(pcm, 0, pcm, lag, lag, stride));
  }

  #findLag(longest: number, similarityAt: (lag: number, stride: number) => number): number {
    const step = Math.max(1, Math.floor(this.#sampleRateHz / searchRateHz));
    let best = 0;
    let bestScore = leastSimilarity;
    const tryLag = (lag: number, stride: number): void => {
      const score = similarityAt(lag, stride);
      if (score > bestScore) {
        bestScore = score;
        best = lag;
      }
    };
    for (let lag = this.#samples(shortestPeriodMs); lag <= longest; lag += step) tryLag(lag, step);
    const coarse = best;
    if (coarse === 0) return 0;
    for (let lag = coarse - step + 1; lag < coarse + step; lag++) if (lag <= longest) tryLag(lag, 1);
    return best;
  }

  #judge(pcm: Int16Array): void {
    let sum = 0;
    for (let at = 0; at < pcm.length; at += loudnessStride) sum += pcm[at]! * pcm[at]!;
    const energy = pcm.length === 0 ? 0 : (sum * loudnessStride) / pcm.length;
    this.#isQuiet = energy <= Math.max(silenceEnergy, pauseShare * this.#loudness);
    if (this.#isQuiet) return;
    this.#pauseGrowth = 0;
    this.#loudness = Math.max(energy, loudnessDecay * this.#loudness);
  }

  #keep(pcm: Int16Array): void {
    const history = this.#history;
    const kept = pcm.length > this.#memory ? pcm.subarray(pcm.length - this.#memory) : pcm;
    if (this.#end + kept.length > history.length) {
      history.copyWithin(0, this.#end - this.#memory, this.#end);
      this.#end = this.#memory;
    }
    history.set(kept, this.#end);
    this.#end += kept.length;
    this.#remembered = Math.min(this.#memory, this.#remembered + kept.length);
  }

  #samples(durationMs: number): number {
    return Math.round((this.#sampleRateHz * durationMs) / 1000);
  }
}

/** Normalised correlation of `length` samples of one signal with as many of another, −1…1. */
function similarity(
  a: Int16Array,
  aFrom: number,
  b: Int16Array,
  bFrom: number,
  length: number,
  stride: number,
): number {
  let product = 0;
  let energyA = 1;
  let energyB = 1;
  for (let at = 0; at < length; at += stride) {
    const x = a[aFrom + at]!;
    const y = b[bFrom + at]!;
    product += x * y;
    energyA += x * x;
    energyB += y * y;
  }
  return product / Math.sqrt(energyA * energyB);
}

/** Fades from the first period to the second, so that one is heard where there were two. */
function withoutPeriod(pcm: Int16Array, length: number): Int16Array {
  const shorter = pcm.slice(length);
  for (let at = 0; at < length; at++) {
    const weight = 0.5 - 0.5 * Math.cos((Math.PI * (at + 0.5)) / length);
    shorter[at] = Math.round((1 - weight) * pcm[at]! + weight * pcm[length + at]!);
  }
  return shorter;
}
