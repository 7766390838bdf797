import { formatQuantity, NOT_DEFINED } from '@eloquence/cli';
import type { BenchReport, BenchResult } from './bench-report.js';

/** The report as the documentation shows it: one table or several, targets that are missed in bold. */
export function renderMarkdown(report: BenchReport): string {
  const { suite, conditions, results } = report;
  const { simulated, server } = conditions;
  const where = simulated === true ? 'simulated' : typeof server === 'string' ? server : NOT_DEFINED;
  const details = ['count', 'seed', 'parallel', 'sctpMinCwnd', 'node', 'cpus', 'load']
    .filter((name) => conditions[name] !== undefined)
    .map((name) => `${name} ${String(conditions[name])}`);
  const pivots = suite === 'sweep' ? sweepPivots(report) : suite === 'failover' ? failoverPivots : undefined;
  const tables = pivots?.map((pivot) => renderPivot(results, pivot)) ?? [renderFigures(results)];
  const heading = `#### ${suite} (${[where, ...details].join(', ')})`;
  return `${[heading, ...tables.filter((table) => table !== '')].join('\n\n')}\n\n`;
}

function renderFigures(results: readonly BenchResult[]): string {
  const titles = ['figure', 'value', '95 % interval', 'n', 'target', ''];
  const rows = results.map(({ name, unit, value, low, high, n, target, holds }) => {
    const interval = low === high ? '' : `${formatQuantity(low, '')} … ${formatQuantity(high, '')}`;
    const verdict = target === null ? '' : holds ? 'holds' : '**missed**';
    return [`\`${name}\``, formatQuantity(value, unit), interval, String(n), target ?? '', verdict];
  });
  return renderTable(titles, ['---', '---:', '---:', '---:', '---:', '---'], rows);
}

function renderTable(
  titles: readonly string[],
  rules: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string =>
    `|${cells.map((cell) => `${cell === '' ? '' : ` ${cell.replaceAll('|', '\\|')}`} |`).join('')}`;
  return [titles, rules, ...rows].map(line).join('\n');
}

/** Figures named `cell.row.figure` as a table with a column for each cell, and a row for each row. */
interface Pivot {
  readonly title: string;
  /** What names of cells begin with, up to a dash. */
  readonly cells: string;
  /** Whether rows stand by the numbers in their names, so that 40 ms comes before 120 ms. */
  readonly isSorted?: boolean;
  readonly rule: '---' | '---:';
  /** What stands in a place, by the figures there. */
  text(value: (figure: string) => number | null, cell: string, row: string): string;
}

function renderPivot(results: readonly BenchResult[], pivot: Pivot): string {
  const { title, cells, isSorted = false, rule } = pivot;
  const values = new Map(results.map(({ name, value }) => [name, value]));
  const parts = results
    .map(({ name }) => name.split('.'))
    .filter(([cell = '']) => cell.startsWith(`${cells}-`));
  const places = new Set(parts.map(([cell, row]) => `${cell}.${row}`));
  const columns = [...new Set(parts.map(([cell = '']) => cell))];
  const rows = [...new Set(parts.map(([, row = '']) => row))];
  if (rows.length === 0) return '';
  if (isSorted) rows.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const lines = rows.map((row) => [
    // Dots separate the parts of a figure's name.
    row.replaceAll(',', '.').replaceAll('. ', ', '),
    ...columns.map((cell) => {
      const place = `${cell}.${row}`;
      return places.has(place)
        ? pivot.text((figure) => values.get(`${place}.${figure}`) ?? null, cell, row)
        : '';
    }),
  ]);
  const titles = columns.map((cell) => cell.slice(cells.length + 1).replaceAll('-', ', '));
  return `${title}\n\n${renderTable(['', ...titles], ['---', ...titles.map(() => rule)], lines)}`;
}

const failoverPivots: readonly Pivot[] = [
  {
    title:
      '**Data channels die: change of lane after, ms / longest silence heard, ms (round trip, buffered)**',
    cells: 'dead',
    rule: '---:',
    text: (value) => ['changedP50', 'silentP50'].map((figure) => whole(value(figure), 100)).join(' / '),
  },
  {
    title: '**Changes per hour that nobody needed**',
    cells: 'alive',
    rule: '---:',
    text: (value) => whole(value('changesPerHour'), 100),
  },
];

/**
 * A sweep: one table for each knob, a row for each of its values, a column for each link. In a cell: first audio p50 /
 * p95, stability, bytes on the wire; in bold where that is the value in production.
 */
function sweepPivots({ conditions, results }: BenchReport): readonly Pivot[] {
  const titles = asNames(conditions['titles']);
  const production = asNames(conditions['production']);
  const knobs = new Set(results.map(({ name }) => name.split('-')[0] ?? ''));
  return [...knobs].map((knob) => ({
    ...{ title: `**${titles[knob] ?? knob}** (\`${knob}\`)`, cells: knob, isSorted: true, rule: '---' },
    text: (value, cell, row) => (production[cell] === row ? `**${sweepText(value)}**` : sweepText(value)),
  }));
}

function sweepText(value: (figure: string) => number | null): string {
  const [bytes, stability, completed] = [value('wireBytesP50'), value('stability'), value('completed')];
  return [
    `${whole(value('firstAudioP50'))} / ${whole(value('firstAudioP95'))}`,
    stability === null ? NOT_DEFINED : `${stability.toFixed(2)} %`,
    `${bytes === null ? NOT_DEFINED : (bytes / 1000).toFixed(1)} kB`,
    ...(completed !== null && completed < 100 ? [`${formatQuantity(completed, '%')} completed`] : []),
  ].join(' · ');
}

/** Without decimals, from the value `from` on. */
function whole(value: number | null, from = 0): string {
  return formatQuantity(value !== null && value >= from ? Math.round(value) : value, '');
}

function asNames(value: unknown): Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, string>) : {};
}
