import { formatQuantity, NOT_DEFINED } from '@eloquence/cli';
import type { BenchReport, BenchResult } from './bench-report.js';
import { type Pivot, renderPivot } from './render-pivot.js';
import { renderSweep } from './render-sweep.js';

const failoverPivots: readonly Pivot[] = [
  {
    title: 'Data channels die: change of lane after, ms / longest silence heard, ms (round trip, buffered)',
    cells: 'dead',
    figures: ['changedP50', 'silentP50'],
  },
  { title: 'Changes per hour that nobody needed', cells: 'alive', figures: ['changesPerHour'] },
];

/** The report as the documentation shows it: one table, targets that are missed in bold. */
export function renderMarkdown(report: BenchReport): string {
  const { suite, conditions, results } = report;
  const { simulated, server } = conditions;
  const where = simulated === true ? 'simulated' : typeof server === 'string' ? server : NOT_DEFINED;
  const details = ['count', 'seed', 'parallel', 'sctpMinCwnd', 'node', 'cpus', 'load']
    .filter((name) => conditions[name] !== undefined)
    .map((name) => `${name} ${String(conditions[name])}`);
  const heading = `#### ${suite} (${[where, ...details].join(', ')})`;
  if (suite === 'sweep') return `${heading}\n\n${renderSweep(report)}`;
  if (suite === 'failover')
    return `${heading}\n\n${failoverPivots.map((pivot) => renderPivot(results, pivot)).join('\n')}`;
  const lines = [
    heading,
    '',
    '| figure | value | 95 % interval | n | target | |',
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...results.map(rowOf),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function rowOf({ name, unit, value, low, high, n, target, holds }: BenchResult): string {
  const interval = low === high ? '' : `${formatQuantity(low, '')} … ${formatQuantity(high, '')}`;
  const verdict = target === null ? '' : holds ? 'holds' : '**missed**';
  const cells = [`\`${name}\``, formatQuantity(value, unit), interval, String(n), target ?? '', verdict];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
