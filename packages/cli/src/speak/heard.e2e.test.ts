import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { durationMs } from '@eloquence/testbed';
import { runJson } from '../testing/run-cli.js';
import { bestLag, correlate, readWav, resample } from '../testing/wav.js';

const COMPARED_RATE_HZ = 8000;
const FRAME_MS = 20;
/**
 * A quarter of a second, each aligned for itself: where a busy machine made the session replace a slow call of the
 * codec, the delay of the encoder comes or goes in the middle of the speech.
 */
const WINDOW = COMPARED_RATE_HZ / 4;
const MAX_LAG = COMPARED_RATE_HZ / 50;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eloquence-heard-'));
});
afterAll(() => rm(folder, { recursive: true }));

function alignedCorrelation(a: Float64Array, b: Float64Array): number {
  return correlate(a, b, bestLag(a, b, MAX_LAG));
}

describe('what the listener heard', () => {
  it.each([
    ['en', 'The listener hears every word of this, down to the last one.'],
    ['fr', 'L’auditeur entend chaque mot de cette phrase, jusqu’au dernier.'],
  ])('is the speech, complete, in %s', async (language, text) => {
    const path = join(folder, `${language}.wav`);
    const spokenPath = join(folder, `${language}-spoken.wav`);
    const result = await runJson([
      ...['speak', text, '--voice', language, '--lane', 'data', '--instant', '--cold'],
      ...['--out', path, '--spoken', spokenPath],
    ]);
    // Espeak is not deterministic: only the very samples that were sent can be compared.
    const spoken = readWav(spokenPath);
    const heard = readWav(path);
    expect(Math.abs(durationMs(heard) - Number(result['audioMs']))).toBeLessThanOrEqual(FRAME_MS);
    expect(Math.abs(durationMs(heard) - durationMs(spoken))).toBeLessThanOrEqual(FRAME_MS);

    const a = resample(spoken, COMPARED_RATE_HZ);
    const b = resample(heard, COMPARED_RATE_HZ);
    const correlations: number[] = [];
    for (let at = 0; at + WINDOW <= Math.min(a.length, b.length); at += WINDOW) {
      correlations.push(alignedCorrelation(a.subarray(at, at + WINDOW), b.subarray(at, at + WINDOW)));
    }
    expect(correlations.length).toBeGreaterThan(8);
    expect(correlations.reduce((sum, value) => sum + value, 0) / correlations.length).toBeGreaterThan(0.8);
    // Nothing is missing at the end either.
    const end = a.length - WINDOW;
    expect(alignedCorrelation(a.subarray(end), b.subarray(end, a.length))).toBeGreaterThan(0.6);
    // Something else, as loud and as long, is not like it.
    const reversed = b.slice().reverse();
    expect(alignedCorrelation(a, reversed)).toBeLessThan(0.5);
  });
});
