/** One figure of a measurement, in the form of the benchmarks. */
export interface PlayerResult {
  readonly name: string;
  readonly unit: string;
  readonly value: number | null;
  /** 95 % interval, by the order of the observations; `null` for counts. */
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly target: string | null;
  readonly holds: boolean;
}

export interface PlayerReport {
  readonly suite: string;
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly results: readonly PlayerResult[];
}

/** A quantile with the distribution-free interval of its rank (normal approximation of the binomial distribution). */
export function quantileResult(
  name: string,
  unit: string,
  values: readonly number[],
  quantile: number,
  atMost?: number,
): PlayerResult {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const halfWidth = 1.96 * Math.sqrt(n * quantile * (1 - quantile));
  const at = (rank: number): number | null => {
    const value = sorted[Math.max(0, Math.min(n - 1, Math.round(rank)))];
    return value === undefined ? null : Math.round(value * 100) / 100;
  };
  const value = at(quantile * (n - 1));
  return {
    name,
    unit,
    value,
    low: at(quantile * (n - 1) - halfWidth),
    high: at(quantile * (n - 1) + halfWidth),
    n,
    target: atMost === undefined ? null : `≤ ${atMost}`,
    holds: atMost === undefined || (value !== null && value <= atMost),
  };
}

/** A figure that is what it is. */
export function plainResult(
  name: string,
  unit: string,
  value: number,
  n: number,
  target?: { readonly relation: '≤' | '≥' | '='; readonly limit: number },
): PlayerResult {
  const rounded = Math.round(value * 1000) / 1000;
  const holds =
    target === undefined ||
    (target.relation === '=' && rounded === target.limit) ||
    (target.relation === '≤' && rounded <= target.limit) ||
    (target.relation === '≥' && rounded >= target.limit);
  const described = target === undefined ? null : `${target.relation} ${target.limit}`;
  return { name, unit, value: rounded, low: null, high: null, n, target: described, holds };
}

/** Prints the report, and returns the exit code: 0 where every target holds. */
export function printReport(report: PlayerReport, isJson: boolean): number {
  if (isJson) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  else
    for (const { name, unit, value, low, high, n, target, holds } of report.results) {
      const interval = low === null || high === null ? '' : ` (${low}–${high})`;
      const verdict = target === null ? '' : `  ${holds ? '✓' : '✗'} ${target}`;
      process.stdout.write(`${name.padEnd(36)} ${value ?? '–'} ${unit}${interval}, n = ${n}${verdict}\n`);
    }
  return report.results.length > 0 && report.results.every(({ holds }) => holds) ? 0 : 1;
}
