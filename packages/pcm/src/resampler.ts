import { EloquenceError } from '@eloquence/plugin-api';
import { checkPcmRate } from './pcm-checks.js';
import { type SincTable, sincTable } from './sinc-table.js';

/**
 * Changes the sample rate of a stream by an exact ratio. Where the stream is cut into pieces makes no difference to
 * the result, and the whole of it has `round(input · ratio)` samples, in line with the input: no delay remains.
 */
export class Resampler {
  readonly fromHz: number;
  readonly toHz: number;
  readonly #table: SincTable | undefined;
  /** Input that is still needed; it begins with silence before the first sample. */
  #window: Float32Array;
  #filled = 0;
  /** Place in the window of the first tap of the next output sample, and that sample's phase. */
  #offset = 0;
  #phase = 0;
  #output = new Int16Array(0);
  #inputSamples = 0;
  #outputSamples = 0;
  #isFinished = false;

  /** @throws EloquenceError `PCM_INVALID` for rates out of 4–192 kHz or with too little in common. */
  constructor(fromHz: number, toHz: number) {
    checkPcmRate(fromHz);
    checkPcmRate(toHz);
    this.fromHz = fromHz;
    this.toHz = toHz;
    this.#table = fromHz === toHz ? undefined : sincTable(fromHz, toHz);
    this.#filled = this.#table === undefined ? 0 : this.#table.taps / 2 - 1;
    this.#window = new Float32Array(this.#filled);
  }

  get inputSamples(): number {
    return this.#inputSamples;
  }

  get outputSamples(): number {
    return this.#outputSamples;
  }

  /** Output samples that belong to the input so far; the last of them come with later input or `finish`. */
  get dueSamples(): number {
    return Math.round((this.#inputSamples * this.toHz) / this.fromHz);
  }

  /**
   * Takes the next samples and gives those that are ready. The result is valid until the next call; it is `input`
   * itself where the two rates are equal.
   */
  process(input: Int16Array): Int16Array {
    this.#checkOpen();
    this.#inputSamples += input.length;
    const table = this.#table;
    if (table === undefined) {
      this.#outputSamples += input.length;
      return input;
    }
    this.#reserve(input.length);
    this.#window.set(input, this.#filled);
    this.#filled += input.length;
    return this.#run(table, Number.POSITIVE_INFINITY);
  }

  /** The rest of the stream. Nothing can be processed afterwards. */
  finish(): Int16Array {
    this.#checkOpen();
    this.#isFinished = true;
    const table = this.#table;
    if (table === undefined) return this.#output;
    this.#reserve(table.taps);
    this.#window.fill(0, this.#filled, this.#filled + table.taps);
    this.#filled += table.taps;
    return this.#run(table, this.dueSamples - this.#outputSamples);
  }

  #run(table: SincTable, limit: number): Int16Array {
    const { up, down, taps, coefficients } = table;
    const ready = Math.max(
      0,
      Math.ceil(((this.#filled - this.#offset - taps + 1) * up - this.#phase) / down),
    );
    const count = Math.min(ready, limit);
    if (this.#output.length < count) this.#output = new Int16Array(count);
    const output = this.#output;
    const window = this.#window;
    const wholeStep = Math.floor(down / up);
    const phaseStep = down % up;
    let offset = this.#offset;
    let phase = this.#phase;
    for (let n = 0; n < count; n++) {
      // Four sums side by side: an addition does not wait for the one before it.
      let sum0 = 0;
      let sum1 = 0;
      let sum2 = 0;
      let sum3 = 0;
      const end = (phase + 1) * taps;
      for (let at = phase * taps, from = offset; at < end; at += 4, from += 4) {
        sum0 += window[from]! * coefficients[at]!;
        sum1 += window[from + 1]! * coefficients[at + 1]!;
        sum2 += window[from + 2]! * coefficients[at + 2]!;
        sum3 += window[from + 3]! * coefficients[at + 3]!;
      }
      const sum = sum0 + sum1 + (sum2 + sum3);
      output[n] = sum > 32767 ? 32767 : sum < -32768 ? -32768 : Math.round(sum);
      offset += wholeStep;
      phase += phaseStep;
      if (phase >= up) {
        phase -= up;
        offset++;
      }
    }
    const done = Math.min(offset, this.#filled);
    window.copyWithin(0, done, this.#filled);
    this.#filled -= done;
    this.#offset = offset - done;
    this.#phase = phase;
    this.#outputSamples += count;
    return output.subarray(0, count);
  }

  #reserve(count: number): void {
    if (this.#filled + count <= this.#window.length) return;
    const larger = new Float32Array(this.#filled + count);
    larger.set(this.#window.subarray(0, this.#filled));
    this.#window = larger;
  }

  #checkOpen(): void {
    if (!this.#isFinished) return;
    throw new EloquenceError('INTERNAL', 'The resampler was used after its end.', {
      hint: 'Create another one for another stream.',
    });
  }
}
