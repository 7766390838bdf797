import { EloquenceError } from '@eloquence/plugin-api';

/** Coefficients of a polyphase low-pass filter that changes the sample rate by `up / down`. */
export interface SincTable {
  readonly up: number;
  readonly down: number;
  /** Coefficients of one phase; a multiple of four. */
  readonly taps: number;
  /** `up` phases of `taps` coefficients each. */
  readonly coefficients: Float32Array;
}

/** Taps of a phase when the rate goes up; 1.5 ms of look-ahead at 22 050 Hz. */
const baseTaps = 64;
/** What passes beyond the Nyquist frequency is this much weaker, dB. */
const attenuationDb = 80;
const maxCoefficients = 2 ** 22;
const maxCachedTables = 4;
const cache = new Map<string, SincTable>();

/**
 * The table for a pair of sample rates; the last few are kept, since each utterance needs the same one.
 *
 * Sinc under a Kaiser window, whose shape and transition width follow from the attenuation by Kaiser's formulas
 * (Oppenheim and Schafer, Discrete-Time Signal Processing, 7.6). Each phase is scaled to a gain of 1 at 0 Hz, so
 * that silence with an offset stays without a tone.
 *
 * @throws EloquenceError `PCM_INVALID` if the two rates have so little in common that the table would be huge.
 */
export function sincTable(fromHz: number, toHz: number): SincTable {
  const divisor = greatestCommonDivisor(fromHz, toHz);
  const up = toHz / divisor;
  const down = fromHz / divisor;
  const key = `${up}/${down}`;
  const cached = cache.get(key);
  if (cached !== undefined) return cached;

  const table = createTable(up, down, fromHz);
  if (cache.size >= maxCachedTables) cache.delete(cache.keys().next().value!);
  cache.set(key, table);
  return table;
}

function createTable(up: number, down: number, fromHz: number): SincTable {
  const narrowing = Math.max(1, down / up);
  const taps = 4 * Math.ceil((baseTaps / 4) * narrowing);
  if (up * taps > maxCoefficients) {
    throw new EloquenceError('PCM_INVALID', `${fromHz} Hz cannot be resampled: its ratio is ${up}/${down}.`, {
      value: fromHz,
      hint: 'Use a common sample rate, such as 22050 or 24000 Hz.',
    });
  }
  const beta = 0.1102 * (attenuationDb - 8.7);
  const transition = (attenuationDb - 8) / (2.285 * 2 * Math.PI * taps);
  // In cycles per input sample: the stop band begins at the lower of the two Nyquist frequencies.
  const cutoff = 0.5 / narrowing - transition / 2;
  const half = taps / 2;
  const windowScale = 1 / besselI0(beta);
  const coefficients = new Float32Array(up * taps);
  const phaseTaps = new Float64Array(taps);
  for (let phase = 0; phase < up; phase++) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - half + 1 - phase / up;
      const ratio = distance / half;
      const window = Math.abs(ratio) >= 1 ? 0 : besselI0(beta * Math.sqrt(1 - ratio * ratio)) * windowScale;
      const value = sinc(2 * cutoff * distance) * window;
      phaseTaps[tap] = value;
      sum += value;
    }
    for (let tap = 0; tap < taps; tap++) coefficients[phase * taps + tap] = phaseTaps[tap]! / sum;
  }
  return { up, down, taps, coefficients };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
