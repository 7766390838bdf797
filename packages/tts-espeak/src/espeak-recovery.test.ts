import { VirtualClock } from '@eloquence/base';
import type { TtsEngine } from '@eloquence/plugin-api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createEspeakEngine } from './espeak-engine.js';
import { SpeechWorker } from './speech-worker.js';

async function countSamples(engine: TtsEngine): Promise<number> {
  let samples = 0;
  for await (const chunk of engine.synthesize('Still here.', {})) samples += chunk.samples.length;
  return samples;
}

describe('an espeak engine whose synthesiser fails', () => {
  let engine: TtsEngine | undefined;
  afterEach(() => engine?.dispose());

  it('replaces one that has ended', async () => {
    const start = vi.spyOn(SpeechWorker, 'start');
    engine = await createEspeakEngine();
    const worker = await (start.mock.results[0]!.value as Promise<SpeechWorker>);
    const iterator = engine.synthesize('word '.repeat(1000), {})[Symbol.asyncIterator]();
    await iterator.next();
    worker.dispose();
    expect(worker.isBroken).toBe(true);
    await expect(
      (async () => {
        while (!(await iterator.next()).done);
      })(),
    ).rejects.toThrow();
    expect(await countSamples(engine)).toBeGreaterThan(10_000);
    expect(start).toHaveBeenCalledTimes(2);
  });

  it('replaces one that does not stop within a second', async () => {
    const start = vi.spyOn(SpeechWorker, 'start');
    const clock = new VirtualClock();
    engine = await createEspeakEngine({ clock });
    const worker = await (start.mock.results[0]!.value as Promise<SpeechWorker>);
    vi.spyOn(worker, 'whenFree').mockReturnValue(new Promise(() => undefined));
    const counting = countSamples(engine);
    await clock.advanceAsync(999);
    expect(start).toHaveBeenCalledTimes(1);
    await clock.advanceAsync(1);
    expect(await counting).toBeGreaterThan(10_000);
    expect(start).toHaveBeenCalledTimes(2);
    expect(clock.pendingTimers).toBe(0);
  });
});
