import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { durationMs } from '../source/prepared-speech.js';
import { runJson } from '../testing/run-cli.js';
import { bestLag, correlate, readWav, resample } from '../testing/wav.js';

const COMPARED_RATE_HZ = 8000;
const FRAME_MS = 20;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eloquence-heard-'));
});
afterAll(() => rm(folder, { recursive: true }));

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
    const lag = bestLag(a, b, COMPARED_RATE_HZ / 50);
    expect(correlate(a, b, lag)).toBeGreaterThan(0.8);
    // Nothing is missing at the end either.
    const tail = COMPARED_RATE_HZ / 2;
    expect(correlate(a.slice(-tail), b.slice(a.length - tail, a.length), lag)).toBeGreaterThan(0.8);
    // Something else, as loud and as long, is not like it.
    const reversed = b.slice().reverse();
    expect(correlate(a, reversed, bestLag(a, reversed, COMPARED_RATE_HZ / 50))).toBeLessThan(0.5);
  });
});
