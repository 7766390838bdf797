import { formatQuantity, left, NOT_DEFINED, renderTable, right, type Style } from '@eloquence/cli';
import { allHold, type BenchReport, type BenchResult } from './bench-report.js';

const columns = [...left('figure'), ...right('value', '95 % interval', 'n', 'target'), ...left('')];

/** The report as a table for people, with a rule between cells. */
export function renderReport(report: BenchReport, style: Style): string {
  const rows: Array<readonly string[] | '-'> = [];
  let group: string | undefined;
  for (const result of report.results) {
    const cell = result.name.split('.')[0];
    if (group !== undefined && cell !== group) rows.push('-');
    group = cell;
    rows.push(rowOf(result, style));
  }
  const label = report.conditions['simulated'] === true ? ' · SIMULATED (virtual time, no LiveKit)' : '';
  const missed = report.results.filter((result) => !result.holds).length;
  const withTarget = report.results.filter((result) => result.target !== null).length;
  const verdict = allHold(report)
    ? style.good(`all of ${withTarget} targets hold`)
    : style.bad(`${missed} of ${withTarget} targets missed`);
  return [
    `${style.bold(report.suite)}${label}`,
    style.dim(describeConditions(report.conditions)),
    '',
    ...renderTable(columns, rows),
    '',
    verdict,
    '',
  ].join('\n');
}

function rowOf(result: BenchResult, style: Style): readonly string[] {
  const { name, unit, value, low, high, n, target } = result;
  const isCertain = low === high;
  return [
    name,
    formatQuantity(value, unit),
    isCertain ? '' : `${formatQuantity(low, '')} … ${formatQuantity(high, '')}`,
    String(n),
    target ?? '',
    target === null ? '' : result.holds ? style.good('holds') : style.bad('missed'),
  ];
}

function describeConditions(conditions: Readonly<Record<string, unknown>>): string {
  return Object.entries(conditions)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${value === null ? NOT_DEFINED : describeValue(value)}`)
    .join(' · ');
}

/** Of a group of conditions the names; the JSON object has them in full. */
function describeValue(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Object.keys(value).join(', ');
  return String(value);
}
