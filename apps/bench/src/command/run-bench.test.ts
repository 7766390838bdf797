import { createTerminal, type Terminal } from '@eloquence/cli';
import { describe, expect, it } from 'vitest';
import type { BenchReport } from '../report/bench-report.js';
import { runBench } from './run-bench.js';

interface Written {
  out: string;
  err: string;
}

function recorder(): { terminal: Terminal; written: Written } {
  const written: Written = { out: '', err: '' };
  const terminal = createTerminal(
    { write: (text: string) => (written.out += text) },
    { write: (text: string) => (written.err += text) },
    {},
  );
  return { terminal, written };
}

async function run(...args: string[]): Promise<Written & { readonly code: number }> {
  const { terminal, written } = recorder();
  const code = await runBench(args, terminal);
  return { code, ...written };
}

describe('bench', () => {
  it('explains itself', async () => {
    for (const args of [[], ['--help'], ['links', '-h']]) {
      const { code, out } = await run(...args);
      expect(code).toBe(0);
      for (const suite of ['figures', 'profiles', 'links', 'sweep', 'cost', 'steps'])
        expect(out).toContain(suite);
    }
  });

  it('refuses what it does not know, and names what it does', async () => {
    for (const [args, hint] of [
      [['lins'], 'links'],
      [['links', '--only', 'Z'], 'Valid: A, B'],
      [['links', '--link', 'S'], 'Its links: A, B'],
      [['links', '--link', 'Q'], 'Valid'],
      [['links', '--count', '0'], '1 to 100000'],
      [['links', 'figures'], 'Valid: figures'],
      [['cost', '--simulated'], 'Leave out --simulated'],
    ] as const) {
      const { code, err } = await run(...args);
      expect(code, args.join(' ')).toBe(2);
      expect(err, args.join(' ')).toContain(hint);
    }
  });

  it('prints one object with --json, the same for the same seed', async () => {
    const args = ['links', '--simulated', '--only', 'A,F', '--count', '2', '--json'];
    const first = await run(...args);
    const report = JSON.parse(first.out) as BenchReport;
    expect(report).toMatchObject({ suite: 'links', conditions: { simulated: true, count: 2, seed: 1 } });
    expect(new Set(report.results.map(({ name }) => name.split('.')[0]))).toEqual(new Set(['A', 'F']));
    expect(first.code).toBe(report.results.every(({ holds }) => holds) ? 0 : 1);
    expect((await run(...args)).out).toBe(first.out);
  });

  it('prints a table without, and progress on the other stream', async () => {
    const { out, err } = await run('sweep', '--only', 'copies', '--link', 'E', '--count', '1');
    expect(out).toContain('SIMULATED');
    expect(out).toMatch(/copies-E\.2@45\.firstAudioP50 +\d/);
    expect(err).toContain('copies-E, round 1 of 1');
  });
});
