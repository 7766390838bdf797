const halfTaps = 16;
/** Width of the pass band, as a share of the smaller Nyquist frequency. */
const passBand = 0.94;
const kaiserBeta = 8;
/** Phases of the table at most: beyond, the nearest one is taken (noise below −60 dB). */
const maxPhases = 1024;
const maxTables = 8;

interface SincTable {
  readonly phases: number;
  /** Taps on each side of the centre. */
  readonly half: number;
  readonly taps: Float32Array;
}

const tables = new Map<string, SincTable>();

/**
 * Converts the sample rate of a stream of mono blocks, by a polyphase windowed sinc (Kaiser). Without delay: output
 * sample `k` is the sound at `k / toHz`; what needs samples still to come is held back until `finish`.
 */
export class StreamResampler {
  readonly #from: number;
  readonly #to: number;
  readonly #table: SincTable;
  /** Input from `#base` on; the taps before the first sample are zero. */
  #input: Float32Array;
  #length = 0;
  #base = 0;
  #received = 0;
  #made = 0;
  #output = new Float32Array(0);

  /** @param fromHz rate of the input @param toHz rate of the output; whole numbers */
  constructor(fromHz: number, toHz: number) {
    const divisor = greatestDivisor(fromHz, toHz);
    this.#from = fromHz / divisor;
    this.#to = toHz / divisor;
    this.#table = tableFor(this.#from, this.#to);
    this.#input = new Float32Array(4096);
    this.reset();
  }

  /** Takes a block of 16-bit samples; returns what is complete by now, in −1…1, valid until the next call. */
  push(samples: Int16Array): Float32Array {
    this.#reserve(samples.length);
    for (let index = 0; index < samples.length; index++)
      this.#input[this.#length + index] = samples[index]! / 32_768;
    this.#length += samples.length;
    this.#received += samples.length;
    // The last output whose taps all lie within the input.
    const end = Math.floor(((this.#received - this.#table.half - 1) * this.#to) / this.#from);
    return this.#makeUntil(end);
  }

  /** Returns what was held back, and begins anew. */
  finish(): Float32Array {
    const end = Math.ceil((this.#received * this.#to) / this.#from);
    this.#reserve(this.#table.half + 1);
    this.#input.fill(0, this.#length, this.#length + this.#table.half + 1);
    this.#length += this.#table.half + 1;
    const rest = this.#makeUntil(end);
    this.reset();
    return rest;
  }

  reset(): void {
    this.#base = -this.#table.half;
    this.#length = this.#table.half;
    this.#input.fill(0, 0, this.#length);
    this.#received = 0;
    this.#made = 0;
  }

  #makeUntil(end: number): Float32Array {
    const count = Math.max(0, end - this.#made);
    if (this.#output.length < count) this.#output = new Float32Array(count);
    const { half, phases, taps } = this.#table;
    const width = 2 * half;
    for (let index = 0; index < count; index++) {
      const at = (this.#made + index) * this.#from;
      let centre = Math.floor(at / this.#to);
      let phase = Math.round(((at - centre * this.#to) * phases) / this.#to);
      if (phase === phases) {
        phase = 0;
        centre++;
      }
      const first = centre - half + 1 - this.#base;
      const row = phase * width;
      let sum = 0;
      for (let tap = 0; tap < width; tap++) sum += taps[row + tap]! * this.#input[first + tap]!;
      this.#output[index] = sum;
    }
    this.#made += count;
    this.#forget();
    return this.#output.subarray(0, count);
  }

  /** Drops the input that no output needs any more. */
  #forget(): void {
    const keepFrom = Math.floor((this.#made * this.#from) / this.#to) - this.#table.half;
    const drop = Math.min(this.#length, keepFrom - this.#base);
    if (drop < 2048) return;
    this.#input.copyWithin(0, drop, this.#length);
    this.#length -= drop;
    this.#base += drop;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#input.length) return;
    const grown = new Float32Array(2 * (this.#length + count));
    grown.set(this.#input.subarray(0, this.#length));
    this.#input = grown;
  }
}

function tableFor(from: number, to: number): SincTable {
  const key = `${from}/${to}`;
  let table = tables.get(key);
  if (table === undefined) {
    table = makeTable(from, to);
    if (tables.size >= maxTables) tables.clear();
    tables.set(key, table);
  }
  return table;
}

function makeTable(from: number, to: number): SincTable {
  const phases = Math.min(to, maxPhases);
  // Converting down, the filter must be as much longer as its pass band is narrower.
  const half = Math.ceil(halfTaps * Math.max(1, from / to));
  const cutoff = passBand * Math.min(1, to / from);
  const taps = new Float32Array(phases * 2 * half);
  for (let phase = 0; phase < phases; phase++) {
    let sum = 0;
    for (let tap = 0; tap < 2 * half; tap++) {
      const distance = tap - half + 1 - phase / phases;
      const value = sinc(cutoff * distance) * kaiser(distance / half);
      taps[phase * 2 * half + tap] = value;
      sum += value;
    }
    for (let tap = 0; tap < 2 * half; tap++)
      taps[phase * 2 * half + tap] = taps[phase * 2 * half + tap]! / sum;
  }
  return { phases, half, taps };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(kaiserBeta * Math.sqrt(1 - x * x)) / bessel(kaiserBeta);
}

/** Modified Bessel function of the first kind and order 0, by its power series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-9; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
