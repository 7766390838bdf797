import { createHash } from 'node:crypto';
import {
  combinationOf,
  digestNames,
  type NumberName,
  numberNames,
  type UtteranceFigures,
} from './figures.js';
import { percentile } from './formulas.js';

/** The figures of several utterances: one value a key, and all of them with their percentiles. */
export interface Summary {
  /** Medians of times and ratios, totals of counts; a digest over the digests. */
  readonly figures: UtteranceFigures;
  readonly values: Readonly<Record<keyof UtteranceFigures, ReadonlyArray<number | string | null>>>;
  readonly p50: Readonly<Record<NumberName, number | null>>;
  readonly p95: Readonly<Record<NumberName, number | null>>;
}

/** @param utterances in the order in which they were spoken; at least one. */
export function summarise(utterances: readonly UtteranceFigures[]): Summary {
  const figures: Record<string, number | string | null> = {};
  const values: Record<string, ReadonlyArray<number | string | null>> = {};
  const p50: Record<string, number | null> = {};
  const p95: Record<string, number | null> = {};
  for (const name of numberNames) {
    const all = utterances.map((utterance) => utterance[name]);
    const defined = all.filter((value) => value !== null);
    values[name] = all;
    p50[name] = percentile(defined, 0.5);
    p95[name] = percentile(defined, 0.95);
    figures[name] = combinationOf(name) === 'sum' ? sumOf(defined) : p50[name];
  }
  for (const name of digestNames) {
    const all = utterances.map((utterance) => utterance[name]);
    values[name] = all;
    figures[name] = combineDigests(all);
  }
  return { figures, values, p50, p95 } as unknown as Summary;
}

function sumOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}

function combineDigests(digests: ReadonlyArray<string | null>): string | null {
  if (digests.length === 0 || digests.includes(null)) return null;
  if (digests.length === 1) return digests[0] ?? null;
  return createHash('sha256').update(digests.join('')).digest('hex');
}
