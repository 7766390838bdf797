import { readFile } from 'node:fs/promises';
import { EloquenceError } from '@eloquence/plugin-api';
import type { Estimate } from '../statistics/estimate.js';

/** What a figure must be for the benchmark to pass. */
export interface Target {
  readonly relation: '≤' | '≥' | '=';
  readonly limit: number;
}

export const atMost = (limit: number): Target => ({ relation: '≤', limit });
export const atLeast = (limit: number): Target => ({ relation: '≥', limit });
export const equalTo = (limit: number): Target => ({ relation: '=', limit });

/** Whether `value` meets the target; what could not be measured meets none. */
function holds({ relation, limit }: Target, value: number | null): boolean {
  if (value === null || Number.isNaN(value)) return false;
  if (relation === '=') return value === limit;
  return relation === '≤' ? value <= limit : value >= limit;
}

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
    target: target === undefined ? null : `${target.relation} ${target.limit}`,
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

/**
 * Reads what `--json` printed.
 *
 * @throws EloquenceError `OPTION_INVALID` if the file cannot be read, or holds no report
 */
export async function readReport(path: string): Promise<BenchReport> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new EloquenceError('OPTION_INVALID', `${path} cannot be read.`, { value: path, cause });
  });
  const report = parse(text);
  if (typeof report?.suite === 'string' && Array.isArray(report.results)) return report as BenchReport;
  throw new EloquenceError('OPTION_INVALID', `${path} holds no report of a suite.`, {
    value: path,
    hint: 'Give it what --json printed on standard output, one object.',
  });
}

function parse(text: string): Partial<BenchReport> | undefined {
  try {
    return JSON.parse(text) as Partial<BenchReport>;
  } catch {
    return undefined;
  }
}
