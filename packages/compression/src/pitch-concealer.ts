import { EloquenceError } from '@eloquence/plugin-api';

const shortestPeriodMs = 2.5;
const longestPeriodMs = 15;
const matchMs = 15;
const fullGainMs = 10;
const silentAfterMs = 60;
const blendMs = 2.5;
/** Longest gap that one call fills, ms. */
const longestGapMs = 1000;

/**
 * Fills gaps of speech by repeating its last pitch period, fading to silence within 60 ms: the idea of ITU-T G.711
 * Appendix I, without its growing pitch buffer. Good for one lost frame; a longer gap becomes silence.
 */
export class PitchConcealer {
  readonly #sampleRateHz: number;
  readonly #history: Int16Array;
  #remembered = 0;
  /** One period that loops without a step; empty while the last frame was a real one. */
  #period = new Float32Array(0);
  #concealed = 0;

  constructor(sampleRateHz: number) {
    this.#sampleRateHz = sampleRateHz;
    this.#history = new Int16Array(this.#samples(longestPeriodMs + matchMs));
  }

  /** Takes note of decoded speech. After a gap, its beginning is blended with the fill, in place. */
  remember(pcm: Int16Array): void {
    if (this.#concealed > 0) this.#blend(pcm);
    this.#concealed = 0;
    this.#keep(pcm);
  }

  /**
   * The next `sampleCount` samples of the gap.
   *
   * @throws EloquenceError `CODEC_FAILED` if the count is not a whole number up to 1 s.
   */
  conceal(sampleCount: number): Int16Array {
    if (!Number.isInteger(sampleCount) || sampleCount < 0 || sampleCount > this.#samples(longestGapMs)) {
      throw new EloquenceError('CODEC_FAILED', 'The length of the gap is out of range.', {
        value: sampleCount,
        hint: `Conceal at most ${longestGapMs} ms at once.`,
      });
    }
    const filled = new Int16Array(sampleCount);
    if (this.#remembered < this.#history.length) return filled;
    if (this.#concealed === 0) this.#period = this.#findPeriod();
    for (let i = 0; i < sampleCount; i++) filled[i] = this.#next();
    return filled;
  }

  #next(): number {
    const position = this.#concealed++;
    const ageMs = (position * 1000) / this.#sampleRateHz;
    if (ageMs >= silentAfterMs) return 0;
    const gain = ageMs <= fullGainMs ? 1 : (silentAfterMs - ageMs) / (silentAfterMs - fullGainMs);
    return Math.round(gain * this.#period[position % this.#period.length]!);
  }

  #blend(pcm: Int16Array): void {
    const count = Math.min(pcm.length, this.#samples(blendMs));
    for (let i = 0; i < count; i++) {
      const weight = (i + 1) / (count + 1);
      pcm[i] = Math.round(weight * pcm[i]! + (1 - weight) * this.#next());
    }
  }

  #keep(pcm: Int16Array): void {
    const history = this.#history;
    if (pcm.length >= history.length) {
      history.set(pcm.subarray(pcm.length - history.length));
    } else {
      history.copyWithin(0, pcm.length);
      history.set(pcm, history.length - pcm.length);
    }
    this.#remembered = Math.min(history.length, this.#remembered + pcm.length);
  }

  /** The lag with the greatest normalised autocorrelation, as a loop whose end leads back to its beginning. */
  #findPeriod(): Float32Array<ArrayBuffer> {
    const history = this.#history;
    const end = history.length;
    const window = this.#samples(matchMs);
    const longest = this.#samples(longestPeriodMs);
    let bestLag = longest;
    let bestScore = 0;
    for (let lag = this.#samples(shortestPeriodMs); lag <= longest; lag++) {
      let product = 0;
      let energy = 1;
      for (let i = end - window; i < end; i++) {
        const earlier = history[i - lag]!;
        product += history[i]! * earlier;
        energy += earlier * earlier;
      }
      const score = product / Math.sqrt(energy);
      if (score > bestScore) {
        bestScore = score;
        bestLag = lag;
      }
    }
    const period = Float32Array.from(history.subarray(end - bestLag));
    const overlap = bestLag >> 2;
    for (let i = 0; i < overlap; i++) {
      const weight = (i + 1) / (overlap + 1);
      const at = bestLag - overlap + i;
      period[at] = (1 - weight) * period[at]! + weight * history[end - bestLag - overlap + i]!;
    }
    return period;
  }

  #samples(durationMs: number): number {
    return Math.round((this.#sampleRateHz * durationMs) / 1000);
  }
}
