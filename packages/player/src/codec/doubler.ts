const sideTaps = 12;

/** Every second tap of a half-band filter (windowed sinc, Hann); the others are zero, and the middle one is 1. */
const taps = Float32Array.from({ length: 2 * sideTaps }, (_, at) => {
  const distance = at - sideTaps + 0.5;
  const window = 0.5 * (1 + Math.cos((Math.PI * distance) / sideTaps));
  return (window * Math.sin(Math.PI * distance)) / (Math.PI * distance);
});

/** Doubles the sample rate of a stream of blocks. Delays it by 12 samples of the lower rate. */
export class Doubler {
  readonly #history = new Float32Array(2 * sideTaps);
  #output = new Float32Array(0);

  /** Returns twice as many samples, valid until the next call. */
  convert(samples: Float32Array): Float32Array {
    if (this.#output.length !== 2 * samples.length) this.#output = new Float32Array(2 * samples.length);
    const history = this.#history;
    for (let at = 0; at < samples.length; at++) {
      history.copyWithin(0, 1);
      history[history.length - 1] = samples[at]!;
      let between = 0;
      for (let tap = 0; tap < taps.length; tap++) between += taps[tap]! * history[tap]!;
      this.#output[2 * at] = history[sideTaps - 1]!;
      this.#output[2 * at + 1] = between;
    }
    return this.#output;
  }
}
