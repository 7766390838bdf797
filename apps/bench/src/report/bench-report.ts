import type { Estimate } from '../statistics/estimate.js';
import { describeTarget, holds, type Target } from './target.js';

/** One figure of a suite. */
export interface BenchResult {
  /** What was measured: cell, arm where there are several, figure; with dots between them. */
  readonly name: string;
  readonly unit: string;
  readonly value: number | null;
  /** 95 % interval: bootstrap for quantiles and ratios, Wilson for proportions and counts. */
  readonly low: number | null;
  readonly high: number | null;
  /** Observations behind the figure. */
  readonly n: number;
  /** For example `≤ 42`; `null` for a figure that is only reported. */
  readonly target: string | null;
  /** True without a target: there is nothing to miss. */
  readonly holds: boolean;
}

/** What a suite prints with `--json`. */
export interface BenchReport {
  readonly suite: string;
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly results: readonly BenchResult[];
}

export function toResult(name: string, unit: string, estimate: Estimate, target?: Target): BenchResult {
  return {
    name,
    unit,
    value: round(estimate.value),
    low: round(estimate.low),
    high: round(estimate.high),
    n: estimate.n,
    target: target === undefined ? null : describeTarget(target),
    holds: target === undefined || holds(target, estimate.value),
  };
}

export function allHold({ results }: BenchReport): boolean {
  return results.length > 0 && results.every((result) => result.holds);
}

/** Microseconds and thousandths of a percent are enough, and readable. */
function round(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Math.round(value * 1000) / 1000;
}
