import { stripVTControlCharacters } from 'node:util';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

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
