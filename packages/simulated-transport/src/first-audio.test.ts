import { describe, expect, it } from 'vitest';
import { type FirstAudio, measureFirstAudio } from './testing/first-audio.js';
import { balanced, emergency, linkNamed } from './testing/speech-harness.js';

/** Without receiver, server and codec in the way: what the sending rules and the link alone cost. */
describe('first audio over the reference links', () => {
  const rows: FirstAudio[] = [];

  // Set ELOQUENCE_TABLE=1 to see the figures.
  const print = (): void => {
    if (process.env['ELOQUENCE_TABLE'] !== undefined) console.table(rows);
  };

  it('comes one way and a little after the first packet, on links that lose little', async () => {
    for (const name of ['S', 'A', 'B', 'C']) {
      const link = linkNamed(name);
      const row = await measureFirstAudio(link);
      rows.push(row);
      const oneWayMs = link.rttMs / 2 + link.jitterMs;
      expect(row.lostFrames).toBe(0);
      expect(row.p50Ms, name).toBeGreaterThan(link.rttMs / 2);
      // The start level of 80 ms needs the second piece, 25 ms after the first.
      expect(row.p50Ms, name).toBeLessThan(1.4 * oneWayMs + 35);
    }
    expect(rows.find((row) => row.link === 'S')).toMatchObject({
      stalledUtterances: 0,
      retransmittedPercent: 0,
    });
    print();
  });

  it('comes through heavy loss within a few round trips, and nothing gets lost', async () => {
    rows.length = 0;
    for (const [name, settings] of [
      ['D', emergency],
      ['E', balanced],
      ['E', emergency],
      ['F', balanced],
      ['F', emergency],
    ] as const) {
      const link = linkNamed(name);
      const row = await measureFirstAudio(link, { settings });
      rows.push({ ...row, link: `${name}, ${settings.codec.bitrateBps / 1000} kbit/s` });
      expect(row.lostFrames).toBe(0);
      expect(row.p50Ms, name).toBeLessThan(1.5 * link.rttMs + 8 * link.jitterMs);
      expect(row.p95Ms, name).toBeLessThan(6 * link.rttMs + 10 * link.jitterMs);
    }
    print();
  });
});
