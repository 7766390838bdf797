import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formatNumber, formatQuantity, formatRatio, renderTable } from './table.js';
import { createTerminal } from './terminal.js';

const columns = [
  { title: 'figure', align: 'left' },
  { title: 'value', align: 'right' },
] as const;

describe('renderTable', () => {
  it('aligns columns and ends no line in spaces', () => {
    expect(
      renderTable(columns, [
        ['first audio', '9'],
        ['lost', '1 000'],
      ]),
    ).toEqual(['figure       value', '──────────────────', 'first audio      9', 'lost         1 000']);
  });

  it('leaves colours out of the widths', () => {
    const [, , plain, coloured] = renderTable(columns, [
      ['a', '12'],
      ['a', '\u001b[32m12\u001b[39m'],
    ]);
    expect(stripVTControlCharacters(coloured ?? '')).toBe(plain);
  });

  it('draws rules and takes missing cells as empty', () => {
    expect(
      renderTable(
        [
          { title: '', align: 'left' },
          { title: '', align: 'right' },
        ],
        [['ab', '1'], '-', ['c']],
      ),
    ).toEqual(['ab  1', '─────', 'c']);
  });
});

describe('format', () => {
  it('gives a figure the decimals it deserves', () => {
    expect([0, 0.1234, 3.456, 42.44, 95.96, 99.99, 4181.4].map(formatNumber)).toEqual([
      '0',
      '0.12',
      '3.46',
      '42.4',
      '96.0',
      '100',
      '4\u202f181',
    ]);
  });

  it('marks what is not defined', () => {
    expect(formatNumber(null)).toBe('–');
    expect(formatQuantity(null, 'ms')).toBe('–');
    expect(formatRatio(5, 0)).toBe('–');
    expect(formatRatio(400, 100)).toBe('4×');
    expect(formatQuantity(7, 'ms')).toBe('7\u00a0ms');
  });
});

describe('createTerminal', () => {
  const stream = (isTTY: boolean) => ({ isTTY, write: () => true });

  it('colours only terminals', () => {
    const terminal = createTerminal(stream(false), stream(true), { TERM: 'xterm' });
    expect(terminal.style.good('x')).toBe('x');
    expect(terminal.errStyle.good('x')).toBe('\u001b[32mx\u001b[39m');
  });

  it('respects NO_COLOR and dumb terminals', () => {
    expect(createTerminal(stream(true), stream(true), { NO_COLOR: '1' }).style.bad('x')).toBe('x');
    expect(createTerminal(stream(true), stream(true), { TERM: 'dumb' }).style.bad('x')).toBe('x');
  });
});
