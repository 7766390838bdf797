import { createSeededRandom } from '@eloquence/base';

/** Noise of a speech-like band, so that no piece of it resembles another. 8 kHz. */
export function noise(samples: number, seed = 1): Int16Array {
  const random = createSeededRandom(seed);
  let low = 0;
  let lower = 0;
  return Int16Array.from({ length: samples }, () => {
    low += 0.5 * (random.next() - 0.5 - low);
    lower += 0.02 * (low - lower);
    return Math.round(60_000 * (low - lower));
  });
}

/** From 48 kHz to 8 kHz, by means of six. */
export function toEightKilohertz(samples: Int16Array): number[] {
  const out: number[] = [];
  for (let at = 0; at + 6 <= samples.length; at += 6) {
    let sum = 0;
    for (let i = 0; i < 6; i++) sum += samples[at + i]!;
    out.push(sum / 6);
  }
  return out;
}

export interface FoundPiece {
  /** Where the piece begins in what was heard, samples. */
  readonly at: number;
  /** Normalised cross-correlation there, at most 1. */
  readonly likeness: number;
}

/** A piece that is as unlike as this is not the one looked for. */
const unlike = 0.4;
const coarse = 3;

/**
 * Looks for each piece of what was said in what was heard: where the one before it ended, give or take a fifth of a
 * second, and if it is not there, anywhere.
 */
export function findPieces(said: Int16Array, heard: readonly number[], pieceSamples: number): FoundPiece[] {
  const found: FoundPiece[] = [];
  const reach = 1600;
  let expected: number | undefined;
  for (let from = 0; from + pieceSamples <= said.length; from += pieceSamples) {
    const piece = said.subarray(from, from + pieceSamples);
    let best: FoundPiece = { at: -1, likeness: -1 };
    if (expected !== undefined) best = search(piece, heard, expected - reach, expected + reach);
    if (best.likeness < unlike) best = search(piece, heard, 0, heard.length, coarse);
    if (best.likeness > 0.1) {
      const fine = search(piece, heard, best.at - coarse, best.at + coarse);
      if (fine.likeness > best.likeness) best = fine;
    }
    found.push(best);
    expected = best.likeness > unlike ? best.at + pieceSamples : undefined;
  }
  return found;
}

function search(
  piece: Int16Array,
  heard: readonly number[],
  fromAt: number,
  toAt: number,
  step = 1,
): FoundPiece {
  let best: FoundPiece = { at: -1, likeness: -1 };
  const last = Math.min(heard.length - piece.length, toAt);
  for (let at = Math.max(0, Math.round(fromAt)); at <= last; at += step) {
    const likeness = correlation(piece, heard, at);
    if (likeness > best.likeness) best = { at, likeness };
  }
  return best;
}

function correlation(piece: Int16Array, heard: readonly number[], at: number): number {
  let product = 0;
  let energyA = 0;
  let energyB = 0;
  for (let i = 0; i < piece.length; i++) {
    const a = piece[i]!;
    const b = heard[at + i]!;
    product += a * b;
    energyA += a * a;
    energyB += b * b;
  }
  return energyA === 0 || energyB === 0 ? 0 : product / Math.sqrt(energyA * energyB);
}
