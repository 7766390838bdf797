import { formatQuantity } from '@eloquence/cli';
import type { BenchResult } from './bench-report.js';

export interface Pivot {
  readonly title: string;
  /** What names of cells begin with. */
  readonly cells: string;
  readonly figures: readonly string[];
}

/** Figures named `cell.row.figure` as a table: a column for each cell, a row for each row, figures side by side. */
export function renderPivot(results: readonly BenchResult[], { title, cells, figures }: Pivot): string {
  const byName = new Map(results.map((result) => [result.name, result]));
  const parts = results
    .map(({ name }) => name.split('.'))
    .filter(([cell = '']) => cell.startsWith(`${cells}-`));
  const columns = [...new Set(parts.map(([cell = '']) => cell))];
  const rows = [...new Set(parts.map(([, row = '']) => row))];
  if (rows.length === 0) return '';
  const lines = [
    `**${title}**`,
    '',
    `| | ${columns.map((cell) => cell.slice(cells.length + 1).replaceAll('-', ', ')).join(' | ')} |`,
    `| --- | ${columns.map(() => '---:').join(' | ')} |`,
    ...rows.map((row) => {
      const values = columns.map((cell) =>
        figures.map((figure) => quantity(byName.get(`${cell}.${row}.${figure}`))).join(' / '),
      );
      return `| ${[row, ...values].join(' | ')} |`;
    }),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function quantity(result: BenchResult | undefined): string {
  const value = result?.value ?? null;
  return formatQuantity(value !== null && value >= 100 ? Math.round(value) : value, '');
}
