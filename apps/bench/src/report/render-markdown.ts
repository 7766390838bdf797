import { formatQuantity, NOT_DEFINED } from '@eloquence/cli';
import type { BenchReport, BenchResult } from './bench-report.js';

/** The report as the documentation shows it: one table, targets that are missed in bold. */
export function renderMarkdown({ suite, conditions, results }: BenchReport): string {
  const { simulated, server } = conditions;
  const where = simulated === true ? 'simulated' : typeof server === 'string' ? server : NOT_DEFINED;
  const details = ['count', 'seed', 'parallel', 'node', 'cpus', 'load']
    .filter((name) => conditions[name] !== undefined)
    .map((name) => `${name} ${String(conditions[name])}`);
  const lines = [
    `#### ${suite} (${[where, ...details].join(', ')})`,
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
