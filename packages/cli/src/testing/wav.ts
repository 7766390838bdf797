import { readFileSync } from 'node:fs';

export interface WavContent {
  readonly samples: Int16Array;
  readonly sampleRateHz: number;
}

/** Reads a 16-bit mono WAV file with a plain 44-byte header. */
export function readWav(path: string): WavContent {
  const bytes = readFileSync(path);
  const dataBytes = bytes.readUInt32LE(40);
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || dataBytes !== bytes.length - 44) {
    throw new Error(`${path} is not a complete WAV file`);
  }
  const samples = new Int16Array(dataBytes / 2);
  for (let at = 0; at < samples.length; at++) samples[at] = bytes.readInt16LE(44 + 2 * at);
  return { samples, sampleRateHz: bytes.readUInt32LE(24) };
}

/** Linear interpolation: good enough to compare waveforms below 4 kHz. */
export function resample({ samples, sampleRateHz }: WavContent, toHz: number): Float64Array {
  const length = Math.floor((samples.length * toHz) / sampleRateHz);
  return Float64Array.from({ length }, (_, index) => {
    const position = (index * sampleRateHz) / toHz;
    const low = samples[Math.floor(position)] ?? 0;
    const high = samples[Math.ceil(position)] ?? 0;
    return low + (high - low) * (position - Math.floor(position));
  });
}

/** Correlation of two waveforms of one rate, `lag` samples apart; from −1 to 1. */
export function correlate(a: Float64Array, b: Float64Array, lag: number): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let at = Math.max(0, -lag); at < Math.min(a.length, b.length - lag); at++) {
    const x = a[at] ?? 0;
    const y = b[at + lag] ?? 0;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}

/** The lag within `maxLag` samples at which the waveforms are most alike. */
export function bestLag(a: Float64Array, b: Float64Array, maxLag: number): number {
  let best = 0;
  let bestCorrelation = -Infinity;
  for (let lag = -maxLag; lag <= maxLag; lag++) {
    const correlation = correlate(a, b, lag);
    if (correlation > bestCorrelation) [best, bestCorrelation] = [lag, correlation];
  }
  return best;
}
