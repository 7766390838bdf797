import { stripVTControlCharacters } from 'node:util';

/** What stands where a figure is not defined. */
export const NOT_DEFINED = '–';

function group(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** A figure with as many decimals as it deserves: none from 100 on, one from 10 on, two below. */
export function formatNumber(value: number | null): string {
  if (value === null) return NOT_DEFINED;
  const magnitude = Math.abs(value);
  const decimals = Number.isInteger(value) || magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2;
  const [whole = '', fraction] = value.toFixed(decimals).split('.');
  return fraction === undefined ? group(whole) : `${group(whole)}.${fraction}`;
}

/** A figure with its unit. */
export function formatQuantity(value: number | null, unit: string): string {
  if (value === null) return NOT_DEFINED;
  return unit === '' ? formatNumber(value) : `${formatNumber(value)}\u00a0${unit}`;
}

/** How many times larger `value` is than `base`, as `12×`; undefined figures and a base of 0 give no ratio. */
export function formatRatio(value: number | null, base: number | null): string {
  if (value === null || base === null || base === 0) return NOT_DEFINED;
  return `${formatNumber(value / base)}×`;
}

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

export const left = (...titles: string[]): Column[] => titles.map((title) => ({ title, align: 'left' }));
export const right = (...titles: string[]): Column[] => titles.map((title) => ({ title, align: 'right' }));

/** Columns that the text takes on a terminal, without its colours. */
function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

function pad(text: string, width: number, align: Column['align']): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + space : space + text;
}

/**
 * Lines of a table whose columns are aligned, also where cells carry colours. A row of `'-'` is drawn as a rule.
 * No line ends in spaces.
 */
export function renderTable(
  columns: readonly Column[],
  rows: ReadonlyArray<readonly string[] | '-'>,
): string[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...rows.map((row) => (row === '-' ? 0 : widthOf(row[index] ?? '')))),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => pad(cells[index] ?? '', widths[index] ?? 0, align))
      .join('  ')
      .trimEnd();
  const hasTitles = columns.some(({ title }) => title !== '');
  return [
    ...(hasTitles ? [line(columns.map(({ title }) => title)), rule] : []),
    ...rows.map((row) => (row === '-' ? rule : line(row))),
  ];
}
