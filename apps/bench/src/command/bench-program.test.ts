import { createTerminal, type Terminal } from '@eloquence/cli';
import { describe, expect, it } from 'vitest';
import type { BenchReport } from '../report/bench-report.js';
import { runBench } from './bench-program.js';

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
    for (const args of [[], ['--help']]) {
      const { code, out } = await run(...args);
      expect(code).toBe(0);
      for (const suite of ['figures', 'profiles', 'links', 'sweep', 'cost', 'steps', 'mixed', 'room'])
        expect(out).toContain(suite);
    }
    const { code, out } = await run('links', '-h');
    expect(code).toBe(0);
    expect(out).toContain('--pinned');
    expect(out).not.toContain('stationary');
    expect((await run('steps', '--help')).out).not.toContain('--pinned');
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
      [['steps', '--pinned'], 'Leave out --pinned'],
      [['mixed', '--link', 'A'], 'Leave out --link'],
      [['forecast', '--link', 'S'], 'Its links: A, B'],
      [['forecast', '--link', 'A', '--only', 'steps'], "of the cell 'stationary'"],
      [['links', '--json', '--markdown'], 'Leave out one'],
      [['nowhere.json', '--markdown'], 'nowhere.json'],
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
    const { out, err } = await run('sweep', '--simulated', '--only', 'copies', '--link', 'E', '--count', '1');
    expect(out).toContain('SIMULATED');
    expect(out).toMatch(/copies-E\.2@45\.firstAudioP50 +\d/);
    expect(err).toContain('ok: 1 of 1 rounds done');
  });
});

/** The smallest run of a suite on virtual time: its figures, and what they say. */
async function smallest(...args: string[]): Promise<{ report: BenchReport; code: number; err: string }> {
  const { out, code, err } = await run(...args, '--json');
  const report = JSON.parse(out) as BenchReport;
  expect(code).toBe(report.results.every(({ holds }) => holds) ? 0 : 1);
  return { report, code, err };
}

function valueOf({ results }: BenchReport, name: string): number | null | undefined {
  return results.find((result) => result.name === name)?.value;
}

describe('simulated suites', () => {
  it('step a link and back', async () => {
    const { report } = await smallest('steps', '--simulated', '--only', 'blackout,rtt', '--count', '1');
    expect(report.conditions).toMatchObject({ simulated: true, count: 1 });
    for (const name of ['blackout', 'rtt']) {
      expect(valueOf(report, `${name}.lost`)).toBe(0);
      expect(valueOf(report, `${name}.duplicated`)).toBe(0);
      // Nothing is noticed before it happened.
      expect(valueOf(report, `${name}.protectionP95`)).toBeGreaterThan(0);
    }
    expect(valueOf(report, 'blackout.resumeP95')).toBeGreaterThan(20);
  });

  it('compare what the framework chooses with pinned profiles while links change', async () => {
    const args = ['mixed', '--simulated', '--only', 'auto,HIGH_THROUGHPUT', '--count', '1'];
    const { report } = await smallest(...args);
    expect(report.conditions).toMatchObject({ minutes: 1 });
    const difference = valueOf(report, 'auto.stalled')! - valueOf(report, 'HIGH_THROUGHPUT.stalled')!;
    expect(valueOf(report, 'auto-vs-HIGH_THROUGHPUT.stalled')).toBeCloseTo(difference, 1);
    expect((await smallest(...args)).report).toEqual(report);
  });

  it('put listeners on three links into one room', async () => {
    const { report } = await smallest('room', '--simulated', '--count', '2');
    const firstAudios = ['A.alone', 'A.together', 'E.together', 'C.together'].map((name) =>
      valueOf(report, `${name}.firstAudioP50`)!,
    );
    expect(firstAudios[0]).toBeGreaterThan(20);
    // The farther the link, the later.
    expect(firstAudios.slice(1)).toEqual([...firstAudios.slice(1)].sort((a, b) => a - b));
    expect(valueOf(report, 'A-vs-alone.firstAudioP50')).toBeCloseTo(
      (100 * firstAudios[1]!) / firstAudios[0]!,
      1,
    );
  });

  it('compare the choice with the best pinned profile', async () => {
    const { report, err } = await smallest(
      ...['links', '--simulated', '--only', 'A', '--count', '3', '--pinned'],
    );
    expect(err).toMatch(/note: A: the best pinned profile is [A-Z_]+/);
    expect(valueOf(report, 'A.auto.endedIn.ULTRA_PERFORMANCE')).toBeGreaterThan(0);
    expect(valueOf(report, 'A.auto-vs-best.firstAudioP50')).toBeGreaterThan(50);
    expect(valueOf(report, 'A.agents.firstAudioP50')).toBeUndefined();
  });

  it('count needless changes for as long as they are told to', async () => {
    const { report } = await smallest('stationary', '--only', 'A', '--count', '20');
    expect(valueOf(report, 'A.hours')).toBeGreaterThan((20 * 6.275) / 3600 - 0.001);
    expect(valueOf(report, 'A.lost')).toBe(0);
  });

  it('print a table for the documentation', async () => {
    const { out } = await run('room', '--simulated', '--count', '1', '--markdown');
    const lines = out.trim().split('\n');
    expect(lines[0]).toMatch(/^#### room \(simulated, count 1, seed 1/);
    expect(lines.find((line) => line.startsWith('| `A.alone.lost` | 0 |'))).toMatch(/= 0 \| holds \|$/);
    expect(new Set(lines.slice(2).map((line) => line.split('|').length))).toEqual(new Set([8]));
  });

  it('let data channels die, and count changes that nobody needed', async () => {
    const { report } = await smallest('failover', '--only', 'dead-40ms-0s,alive-dark-300ms', '--count', '1');
    const figure = (name: string): number => valueOf(report, name)!;
    const changed = figure('dead-40ms-0s.1000 ms + 6 RTT, 600 ms.changedP50');
    // What was acknowledged last may have been sent a round trip before.
    expect(changed).toBeGreaterThan(1000);
    expect(changed).toBeLessThan(2000);
    expect(figure('dead-40ms-0s.2000 ms + 6 RTT, 600 ms.changedP50')).toBeCloseTo(changed + 1000, -2);
    expect(figure('alive-dark-300ms.1000 ms + 6 RTT, 600 ms.changesPerHour')).toBe(0);
  });
});
