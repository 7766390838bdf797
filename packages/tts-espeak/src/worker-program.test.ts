import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createEspeakEngine } from './espeak-engine.js';
import { findWorkerProgram } from './worker-program.js';

const beside = new URL('./espeak-worker.js', import.meta.url);

describe('the program of the voice’s thread', () => {
  it('is the file beside the module', () => {
    expect(findWorkerProgram()).toEqual(beside);
  });

  it('can be given as a path or a URL', () => {
    const path = fileURLToPath(beside);
    expect(findWorkerProgram(beside)).toEqual(beside);
    expect(findWorkerProgram(beside.href)).toEqual(beside);
    expect(findWorkerProgram(path)).toEqual(pathToFileURL(path));
  });

  it.each(['/nowhere/espeak-worker.js', 'file:///nowhere/espeak-worker.js'])(
    'is missed at once where there is none: %s',
    async (worker) => {
      await expect(createEspeakEngine({ worker })).rejects.toMatchObject({
        code: 'TTS_FAILED',
        message: expect.stringContaining(worker),
        hint: expect.stringContaining('@eloquence/tts-espeak/worker'),
      });
    },
  );
});
