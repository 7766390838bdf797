import { createTerminal } from '@eloquence/cli';
import type { UtteranceFigures } from '@eloquence/testbed';
import { createSeededRandom } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { exactly, NO_ESTIMATE } from '../statistics/estimate.js';
import { allHold, atLeast, atMost, type BenchReport, equalTo, toResult } from './bench-report.js';
import { renderMarkdown } from './render-markdown.js';
import { renderReport } from './render-report.js';
import { seriesResults } from './utterance-rows.js';

const perfect: UtteranceFigures = {
  audioMs: 1000,
  timeToFirstAudioMs: 30,
  timeToPlayoutStartMs: null,
  deliveryMs: 100,
  efficiencyPercent: 97,
  referenceEfficiencyPercent: 60,
  overheadPerChunkMs: 0.1,
  stallMs: 0,
  stalls: 0,
  concealedMs: 0,
  stabilityPercent: 100,
  framesSent: 50,
  framesPlayed: 50,
  framesLost: 0,
  framesDuplicated: 0,
  payloadBytes: 3000,
  wireBytes: 3600,
  wireEfficiencyPercent: 83,
  goodputBytesPerSecond: 30_000,
  sha256Sent: 'a',
  sha256Heard: 'a',
};

const plain = createTerminal({ write: () => undefined }, { write: () => undefined }, {}).style;

describe('toResult', () => {
  it('has the keys that are promised, in their order', () => {
    expect(
      Object.entries(toResult('A.x', 'ms', { value: 1.23456, low: 1, high: 2, n: 9 }, atMost(2))),
    ).toEqual([
      ['name', 'A.x'],
      ['unit', 'ms'],
      ['value', 1.235],
      ['low', 1],
      ['high', 2],
      ['n', 9],
      ['target', '≤ 2'],
      ['holds', true],
    ]);
  });

  it('compares what was measured, not what is printed', () => {
    expect(toResult('x', 'ms', exactly(42.0004), atMost(42))).toMatchObject({ value: 42, holds: false });
    expect(toResult('x', '%', exactly(95), atLeast(95)).holds).toBe(true);
    expect(toResult('x', '', exactly(1), equalTo(0)).holds).toBe(false);
  });

  it('meets no target with what could not be measured', () => {
    for (const target of [atMost(9), atLeast(0), equalTo(0)])
      expect(toResult('x', 'ms', NO_ESTIMATE, target)).toMatchObject({ value: null, holds: false });
    expect(toResult('x', 'ms', NO_ESTIMATE)).toMatchObject({ target: null, holds: true });
  });
});

describe('seriesResults', () => {
  const rows = (utterances: readonly UtteranceFigures[], asked = utterances.length) =>
    seriesResults(
      'A',
      { utterances, asked },
      {
        firstAudioP50: atMost(30),
        stability: atLeast(99),
        stalledUtterances: null,
        lost: equalTo(0),
        equalDigests: equalTo(100),
        completed: equalTo(100),
      },
      createSeededRandom(1),
    );

  it('reports the rows that are asked for, in their order', () => {
    const results = rows([perfect, perfect]);
    expect(results.map(({ name }) => name)).toEqual([
      'A.firstAudioP50',
      'A.stability',
      'A.stalledUtterances',
      'A.lost',
      'A.equalDigests',
      'A.completed',
    ]);
    expect(results.every((result) => result.holds)).toBe(true);
    expect(results[3]).toMatchObject({ value: 0, n: 100, low: 0 });
    expect(results[3]!.high).toBeGreaterThan(3);
  });

  it('misses the targets that one bad utterance breaks', () => {
    const bad = { ...perfect, stallMs: 40, stalls: 1, framesPlayed: 49, framesLost: 1, sha256Heard: 'b' };
    const results = rows([perfect, bad], 3);
    expect(results.filter((result) => !result.holds).map(({ name, value }) => [name, value])).toEqual([
      ['A.stability', 98],
      ['A.lost', 1],
      ['A.equalDigests', 50],
      ['A.completed', 66.667],
    ]);
  });

  it('misses every target where nothing was measured', () => {
    const missed = rows([], 5).filter((result) => !result.holds);
    expect(missed).toHaveLength(5);
  });
});

describe('a report', () => {
  const report: BenchReport = {
    suite: 'links',
    conditions: { simulated: true, seed: 1, links: { A: 'fibre' } },
    results: [toResult('A.x', 'ms', exactly(1), atMost(2)), toResult('B.y', '', exactly(3))],
  };

  it('passes only with results that all hold', () => {
    expect(allHold(report)).toBe(true);
    expect(
      allHold({ ...report, results: [...report.results, toResult('x', '', exactly(1), equalTo(0))] }),
    ).toBe(false);
    expect(allHold({ ...report, results: [] })).toBe(false);
  });

  it('is an aligned table that says when it was simulated', () => {
    const lines = renderReport(report, plain).split('\n');
    expect(lines[0]).toContain('SIMULATED');
    expect(lines[1]).toContain('links A');
    expect(lines.find((line) => line.startsWith('A.x'))).toContain('holds');
    expect(lines.at(-2)).toBe('all of 1 targets hold');
    expect(renderReport({ ...report, conditions: { simulated: false } }, plain)).not.toContain('SIMULATED');
  });
});

describe('a sweep in Markdown', () => {
  it('is a table for each knob, with the value in production in bold', () => {
    const figure = (name: string, value: number) => toResult(name, '', exactly(value));
    const of = (prefix: string, first: number): BenchReport['results'] => [
      figure(`${prefix}.firstAudioP50`, first),
      figure(`${prefix}.firstAudioP95`, 2 * first),
      figure(`${prefix}.stability`, 99.5),
      figure(`${prefix}.wireBytesP50`, 21_340),
      figure(`${prefix}.completed`, 100),
    ];
    const lines = renderMarkdown({
      suite: 'sweep',
      conditions: {
        simulated: true,
        titles: { start: 'Start level' },
        production: { 'start-A': '40 ms', 'start-B': '120 ms' },
      },
      results: [
        ...of('start-A.40 ms', 20),
        ...of('start-A.120 ms', 30),
        ...of('start-B.120 ms', 50),
        figure('start-B.40 ms.completed', 90),
      ],
    })
      .replaceAll(/[\u00a0\u202f]/g, ' ')
      .split('\n');
    expect(lines[2]).toBe('**Start level** (`start`)');
    expect(lines[4]).toBe('| | A | B |');
    expect(lines[6]).toBe('| 40 ms | **20 / 40 · 99.50 % · 21.3 kB** | – / – · – · – kB · 90 % completed |');
    expect(lines[7]).toBe('| 120 ms | 30 / 60 · 99.50 % · 21.3 kB | **50 / 100 · 99.50 % · 21.3 kB** |');
  });
});
