import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REFERENCE_LINKS } from '@eloquence/netlab';
import { VirtualClock, delay } from '@eloquence/base';
import type { PcmChunk } from '@eloquence/plugin-api';
import { createCallbackSink, createSpeechReceiver } from '@eloquence/playout';
import { SimulatedRoom, simulatedTarget, simulatedTransportPlugin } from '@eloquence/simulated-transport';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AdaptiveAudioStreamer } from './adaptive-audio-streamer.js';
import { withDefaultPlugins } from './default-plugins.js';
import { byteCodec, inlinePlugin } from './testing/plugin-harness.js';

interface GuideCode {
  followDecisions(streamer: AdaptiveAudioStreamer, print: (line: string) => void): () => void;
  wouldDiffer(log: string): number[];
}

const guidePath = join(import.meta.dirname, '../../../docs/guides/adaptation.md');
/** Within the package, so that its imports are found. */
const folder = join(import.meta.dirname, '../.cache/adaptation-guide');
const sampleRateHz = 24_000;
const codec = byteCodec();

let code: GuideCode;

beforeAll(async () => {
  // From here on they load at once: virtual time does not run away while a file is read.
  await Promise.all(withDefaultPlugins([simulatedTransportPlugin]).map((plugin) => plugin.load()));
  const guide = await readFile(guidePath, 'utf8');
  const blocks = [...guide.matchAll(/```ts\n(.*?)```/gs)].map((block) => block[1]!);
  expect(blocks).toHaveLength(2);
  await mkdir(folder, { recursive: true });
  const modules = await Promise.all(
    blocks.map(async (block, at) => {
      const file = join(folder, `block-${at + 1}.ts`);
      await writeFile(file, block);
      return (await import(file)) as Partial<GuideCode>;
    }),
  );
  code = Object.assign({}, ...modules) as GuideCode;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function* speech(clock: VirtualClock, durationMs: number): AsyncGenerator<PcmChunk> {
  for (let atMs = 0; atMs < durationMs; atMs += 100) {
    yield { samples: new Int16Array(sampleRateHz / 10), sampleRateHz };
    await delay(clock, 25);
  }
}

it("the guide's code tells what was decided, and replays it from its log", async () => {
  const clock = new VirtualClock(10_000);
  const room = new SimulatedRoom({ clock, seed: 1 });
  const receiver = createSpeechReceiver({
    channel: room.join('ear', REFERENCE_LINKS['A']),
    clock,
    decoders: new Map([['opus', codec]]),
    createSink: () => createCallbackSink(() => undefined),
  });
  const streamer = new AdaptiveAudioStreamer(simulatedTarget(room.join('voice')), {
    clock,
    seed: 1,
    lane: 'data',
    preloadVoice: false,
    plugins: [
      simulatedTransportPlugin,
      inlinePlugin('@eloquence/compression', { codecs: [{ id: 'opus' }] }, (context) => {
        context.codecs.register('opus', codec);
      }),
    ],
  });
  const lines: string[] = [];
  const stop = code.followDecisions(streamer, (line) => lines.push(line));

  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    let isSettled = false;
    const settle = (): void => void (isSettled = true);
    promise.then(settle, settle);
    while (!isSettled) {
      await new Promise((resolve) => setImmediate(resolve));
      await clock.advanceAsync(10);
    }
    return promise;
  };
  await settled(streamer.initialize());
  for (let count = 0; count < 3; count++) await settled(streamer.say(speech(clock, 3000)).done);
  stop();

  expect(lines).toContainEqual(
    expect.stringMatching(/^BALANCED_OPTIMAL → ULTRA_PERFORMANCE \(improved: .+\)$/),
  );
  const log = JSON.stringify(streamer.decisions());
  expect(code.wouldDiffer(log)).toEqual([]);
  const forged = log.replaceAll('"profileId":"ULTRA_PERFORMANCE"', '"profileId":"HIGH_THROUGHPUT"');
  expect(code.wouldDiffer(forged).length).toBeGreaterThan(0);

  receiver.dispose();
  room.dispose();
  await streamer.dispose();
});
