import type { BuiltinProfileId, RandomSource } from '@eloquence/plugin-api';
import { percentile } from '@eloquence/testbed';
import type { Cell, MeasuredCell, MeasuredUtterance } from '../measure/measure-cells.js';
import { atLeast, atMost, type BenchResult, equalTo, toResult } from '../report/bench-report.js';
import { firstAudiosOf, stallsOf } from '../report/utterance-rows.js';
import {
  bootstrapQuantileRatio,
  bootstrapRatio,
  complement,
  type Estimate,
  inPercent,
  sumRatio,
  wilson,
} from '../statistics/estimate.js';

/** The arm whose profile the framework chooses. */
export const AUTO = 'auto';
/** The profiles that it chooses from for texts of an answer's length. */
export const PINNED_PROFILES = ['ULTRA_PERFORMANCE', 'BALANCED_OPTIMAL', 'EMERGENCY_FALLBACK'] as const;

/**
 * What the default rules make of each reference link. A breaks none of them. B and C break the one on
 * jitter, whose 95th percentile is three times its mean. D has a rate below 1.5 times the audio's, E and F lose more
 * than the 3 % from which repeats cost more than fewer bytes do.
 */
export const EXPECTED: Readonly<Record<string, BuiltinProfileId>> = {
  A: 'ULTRA_PERFORMANCE',
  B: 'BALANCED_OPTIMAL',
  C: 'BALANCED_OPTIMAL',
  D: 'EMERGENCY_FALLBACK',
  E: 'EMERGENCY_FALLBACK',
  F: 'EMERGENCY_FALLBACK',
};
/** How far from the best pinned profile the framework's choice may be, %. */
const TOLERANCE_PERCENT = 5;
const NO_PROFILE = 'none';

/** Whether the framework chose what the rules foresee, within one utterance and altogether. */
export function choiceResults({ name, link }: Cell, arms: MeasuredCell): BenchResult[] {
  const expected = EXPECTED[link.name];
  const utterances = utterancesOf(arms, AUTO);
  if (expected === undefined || utterances === undefined) return [];
  const share = (of: readonly MeasuredUtterance[], wanted: string): Estimate =>
    inPercent(wilson(of.filter(({ profile }) => (profile ?? NO_PROFILE) === wanted).length, of.length));
  // The first utterance is sent before it is reported on; what was learnt from it shows in the second one.
  const second = utterances.filter(({ turn }) => turn === 1);
  return [
    toResult(`${name}.${AUTO}.expectedProfile`, '%', share(second, expected), equalTo(100)),
    ...[...new Set(utterances.map(({ profile }) => profile ?? NO_PROFILE))]
      .sort()
      .map((profile) => toResult(`${name}.${AUTO}.endedIn.${profile}`, '%', share(utterances, profile))),
  ];
}

/**
 * The framework's choice by the best pinned profile: the one with the earliest first audio among those that stall no
 * more than the steadiest plus the tolerance. Nothing without pinned arms.
 */
export function bestPinnedResults(
  { name }: Cell,
  arms: MeasuredCell,
  random: RandomSource,
  onNote: (line: string) => void,
): BenchResult[] {
  const auto = utterancesOf(arms, AUTO) ?? [];
  const pinned = PINNED_PROFILES.flatMap((profile) => {
    const utterances = utterancesOf(arms, profile);
    const firstAudioMs = utterances && percentile(firstAudiosOf(utterances), 0.5);
    if (utterances === undefined || firstAudioMs === null || firstAudioMs === undefined) return [];
    return [{ profile, utterances, firstAudioMs, stability: stabilityOf(utterances) }];
  });
  if (pinned.length === 0) return [];
  const steadiest = Math.max(...pinned.map(({ stability }) => stability));
  const [best] = pinned
    .filter(({ stability }) => stability >= steadiest * (1 - TOLERANCE_PERCENT / 100))
    .sort((a, b) => a.firstAudioMs - b.firstAudioMs);
  if (best === undefined) return [];
  onNote(`${name}: the best pinned profile is ${best.profile}`);
  const ratio = bootstrapQuantileRatio(firstAudiosOf(auto), firstAudiosOf(best.utterances), 0.5, random);
  const stable = inPercent(complement(bootstrapRatio(stallsOf(auto), random)), 10_000 / steadiest);
  return [
    toResult(`${name}.auto-vs-best.firstAudioP50`, '%', inPercent(ratio), atMost(100 + TOLERANCE_PERCENT)),
    toResult(`${name}.auto-vs-best.stability`, '%', stable, atLeast(100 - TOLERANCE_PERCENT)),
  ];
}

function utterancesOf(arms: MeasuredCell, name: string): readonly MeasuredUtterance[] | undefined {
  return [...arms].find(([arm]) => arm.name === name)?.[1];
}

function stabilityOf(utterances: readonly MeasuredUtterance[]): number {
  const stalled = sumRatio(stallsOf(utterances));
  return stalled === null ? 0 : 100 * (1 - stalled);
}
