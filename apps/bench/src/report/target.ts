/** What a figure must be for the benchmark to pass. */
export interface Target {
  readonly relation: '≤' | '≥' | '=';
  readonly limit: number;
}

export function atMost(limit: number): Target {
  return { relation: '≤', limit };
}

export function atLeast(limit: number): Target {
  return { relation: '≥', limit };
}

export function equalTo(limit: number): Target {
  return { relation: '=', limit };
}

/** Whether `value` meets the target; what could not be measured meets none. */
export function holds(target: Target, value: number | null): boolean {
  if (value === null || Number.isNaN(value)) return false;
  switch (target.relation) {
    case '≤':
      return value <= target.limit;
    case '≥':
      return value >= target.limit;
    case '=':
      return value === target.limit;
  }
}

export function describeTarget({ relation, limit }: Target): string {
  return `${relation} ${limit}`;
}
