import type { UtteranceFigures } from '@eloquence/testbed';
import type { RandomSource } from '@eloquence/plugin-api';
import {
  bootstrapQuantile,
  bootstrapRatio,
  complement,
  type Estimate,
  inPercent,
  NO_ESTIMATE,
  type Ratios,
  wilson,
} from '../statistics/estimate.js';
import { type BenchResult, type Target, toResult } from './bench-report.js';

/** The utterances of one arm in one cell. */
export interface ArmSeries {
  readonly utterances: readonly UtteranceFigures[];
  /** Utterances that were asked for. Those that did not come to their end count as missing. */
  readonly asked: number;
}

const LONG_STALL_MS = 1000;

export type NumericFigure = {
  [Name in keyof UtteranceFigures]: UtteranceFigures[Name] extends number | null ? Name : never;
}[keyof UtteranceFigures];

interface UtteranceRow {
  readonly unit: string;
  estimate(series: ArmSeries, random: RandomSource): Estimate;
}

function quantileOf(figure: NumericFigure, share: number, unit: string): UtteranceRow {
  return {
    unit,
    estimate: ({ utterances }, random) => bootstrapQuantile(definedOf(utterances, figure), share, random),
  };
}

/** How many frames; the interval is the proportion's, times all frames. */
function frameCount(figure: 'framesLost' | 'framesDuplicated'): UtteranceRow {
  return {
    unit: '',
    estimate: ({ utterances }) => {
      const known = utterances.filter((utterance) => utterance[figure] !== null);
      const frames = sum(known, 'framesSent');
      const count = sum(known, figure);
      if (known.length === 0) return NO_ESTIMATE;
      const share = wilson(Math.min(frames, Math.max(0, count)), frames);
      return { value: count, low: (share.low ?? 0) * frames, high: (share.high ?? 0) * frames, n: frames };
    },
  };
}

function shareOf(isCounted: (utterance: UtteranceFigures) => boolean | null): UtteranceRow {
  return {
    unit: '%',
    estimate: ({ utterances }) => {
      const known = utterances.map(isCounted).filter((answer) => answer !== null);
      return inPercent(wilson(known.filter(Boolean).length, known.length));
    },
  };
}

/** Every figure that a suite can ask for. */
export const utteranceRows = {
  completed: {
    unit: '%',
    estimate: ({ utterances, asked }: ArmSeries) => inPercent(wilson(utterances.length, asked)),
  },
  firstAudioP50: quantileOf('timeToFirstAudioMs', 0.5, 'ms'),
  firstAudioP95: quantileOf('timeToFirstAudioMs', 0.95, 'ms'),
  /** What first audio was taken for before: the receiver's word that playout starts. */
  playoutStartP50: quantileOf('timeToPlayoutStartMs', 0.5, 'ms'),
  deliveryP50: quantileOf('deliveryMs', 0.5, 'ms'),
  deliveryP95: quantileOf('deliveryMs', 0.95, 'ms'),
  efficiencyP50: quantileOf('efficiencyPercent', 0.5, '%'),
  referenceEfficiencyP50: quantileOf('referenceEfficiencyPercent', 0.5, '%'),
  overheadP50: quantileOf('overheadPerChunkMs', 0.5, 'ms'),
  /** 100 · (1 − stalled time / speech time), over all utterances together. */
  stability: {
    unit: '%',
    estimate: ({ utterances }: ArmSeries, random: RandomSource) => {
      const known = utterances.filter(({ stallMs }) => stallMs !== null);
      return inPercent(complement(bootstrapRatio(stallsOf(known), random)));
    },
  },
  stalledUtterances: shareOf(({ stalls }) => (stalls === null ? null : stalls > 0)),
  /** Utterances that stood still for a second or more, all in all. */
  longStalls: shareOf(({ stallMs }) => (stallMs === null ? null : stallMs >= LONG_STALL_MS)),
  concealedP50: quantileOf('concealedMs', 0.5, 'ms'),
  lost: frameCount('framesLost'),
  duplicated: frameCount('framesDuplicated'),
  /** Utterances whose frames came out as they went in. */
  equalDigests: shareOf(({ sha256Sent, sha256Heard }) =>
    sha256Sent === null || sha256Heard === null ? null : sha256Sent === sha256Heard,
  ),
  wireBytesP50: quantileOf('wireBytes', 0.5, 'B'),
  wireEfficiencyP50: quantileOf('wireEfficiencyPercent', 0.5, '%'),
} satisfies Record<string, UtteranceRow>;

export type RowName = keyof typeof utteranceRows;

/** A figure that a suite reports, and what it must be. */
export type RowTargets = Readonly<Partial<Record<RowName, Target | null>>>;

/**
 * The results of one arm: what `targets` names, in its order; `null` reports without a target. Where first audio is
 * reported of a receiver that tells when playout starts, that figure stands beside it.
 */
export function seriesResults(
  prefix: string,
  series: ArmSeries,
  targets: RowTargets,
  random: RandomSource,
): BenchResult[] {
  const names = (Object.keys(targets) as RowName[]).flatMap((name): RowName[] =>
    name === 'firstAudioP50' && series.utterances.some(({ timeToPlayoutStartMs: ms }) => ms !== null)
      ? [name, 'playoutStartP50']
      : [name],
  );
  return names.map((name) => {
    const row: UtteranceRow = utteranceRows[name];
    return toResult(`${prefix}.${name}`, row.unit, row.estimate(series, random), targets[name] ?? undefined);
  });
}

/** What is known of a figure. */
export function definedOf(utterances: readonly UtteranceFigures[], figure: NumericFigure): number[] {
  return utterances.map((utterance) => utterance[figure]).filter((value) => value !== null);
}

export function firstAudiosOf(utterances: readonly UtteranceFigures[]): number[] {
  return definedOf(utterances, 'timeToFirstAudioMs');
}

/** Stalled time and speech of each utterance, ms. */
export function stallsOf(utterances: readonly UtteranceFigures[]): Ratios {
  return [utterances.map(({ stallMs }) => stallMs ?? 0), utterances.map(({ audioMs }) => audioMs)];
}

function sum(utterances: readonly UtteranceFigures[], figure: NumericFigure): number {
  return definedOf(utterances, figure).reduce((total, value) => total + value, 0);
}
