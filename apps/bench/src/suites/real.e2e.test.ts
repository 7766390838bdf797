import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { BenchReport } from '../report/bench-report.js';

const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

function runBuilt(args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { timeout: 110_000 }, (_error, out) =>
      resolve({ code: child.exitCode ?? -1, out }),
    );
  });
}

describe('bench figures on a real server', () => {
  it('measures both arms and prints one object', async () => {
    const { code, out } = await runBuilt(['figures', '--only', 'S-instant', '--count', '1', '--json']);
    const report = JSON.parse(out) as BenchReport;
    expect(report).toMatchObject({ suite: 'figures', conditions: { simulated: false, count: 1 } });
    const valueOf = (name: string): number | null | undefined =>
      report.results.find((result) => result.name === `S-instant.${name}`)?.value;
    expect(valueOf('data.lost')).toBe(0);
    expect(valueOf('data.equalDigests')).toBe(100);
    expect(valueOf('data.firstAudioP50')).toBeGreaterThan(20);
    expect(valueOf('legacy.deliveryP50')).toBeGreaterThan(10 * valueOf('data.deliveryP50')!);
    expect(code).toBe(report.results.every(({ holds }) => holds) ? 0 : 1);
  });
});

describe('bench on a real server', () => {
  const valueIn = (report: BenchReport, name: string): number | null | undefined =>
    report.results.find((result) => result.name === name)?.value;

  it('lets LiveKit Agents and pinned profiles take turns with the framework', async () => {
    const args = ['links', '--only', 'A', '--count', '1', '--pinned', '--json'];
    const { code, out } = await runBuilt(args);
    const report = JSON.parse(out) as BenchReport;
    expect(report).toMatchObject({ suite: 'links', conditions: { simulated: false, count: 1 } });
    for (const arm of ['auto', 'ULTRA_PERFORMANCE', 'BALANCED_OPTIMAL', 'EMERGENCY_FALLBACK'])
      expect(valueIn(report, `A.${arm}.lost`), arm).toBe(0);
    // It is heard at the pace of speech, and the framework's is there before that.
    expect(valueIn(report, 'A.agents.deliveryP50')).toBeGreaterThan(6000);
    expect(valueIn(report, 'A.agents.firstAudioP50')).toBeGreaterThan(20);
    expect(valueIn(report, 'A.auto.deliveryP50')).toBeLessThan(4000);
    expect(code).toBe(report.results.every(({ holds }) => holds) ? 0 : 1);
  });

  it('changes the link while speech flows', async () => {
    const { out } = await runBuilt(['steps', '--only', 'blackout', '--count', '1', '--json']);
    const report = JSON.parse(out) as BenchReport;
    expect(report).toMatchObject({ suite: 'steps', conditions: { simulated: false } });
    expect(valueIn(report, 'blackout.lost')).toBe(0);
    expect(valueIn(report, 'blackout.duplicated')).toBe(0);
    expect(valueIn(report, 'blackout.resumeP95')).toBeGreaterThan(0);
  });
});
