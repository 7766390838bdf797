import { describe, expect, it } from 'vitest';
import { Silences } from './sound-recorder.js';

const loud = new Int16Array(480).fill(2000);
const quiet = new Int16Array(480).fill(100);

describe('Silences', () => {
  it('are between sounds, whatever is written meanwhile, and longer than a pause of speech', () => {
    const silences = new Silences();
    for (let atMs = 0; atMs <= 500; atMs += 20) silences.hear(quiet, atMs);
    for (const atMs of [1000, 1020, 1600]) silences.hear(loud, atMs);
    for (let atMs = 1620; atMs < 2500; atMs += 20) silences.hear(quiet, atMs);
    silences.hear(loud, 2500);
    expect(silences.list()).toEqual([{ fromMs: 1600, toMs: 2500 }]);
  });

  it('begin anew with each utterance', () => {
    const silences = new Silences();
    silences.hear(loud, 0);
    silences.begin();
    silences.hear(loud, 5000);
    expect(silences.list()).toEqual([]);
  });
});
