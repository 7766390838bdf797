import type { Batcher, BatcherFactory, CodecFactory } from '@eloquence/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import {
  SessionHarness,
  type SessionHarnessOptions,
  chunksOf,
  tenByteCodec,
  toneChunk,
} from './testing/session-harness.js';

const harnesses: SessionHarness[] = [];

async function openHarness(options: SessionHarnessOptions): Promise<SessionHarness> {
  const harness = new SessionHarness(options);
  harnesses.push(harness);
  return harness.open();
}

afterEach(async () => {
  for (const harness of harnesses.splice(0)) {
    await harness.dispose();
    expect(harness.rejections).toEqual([]);
  }
});

const warmUpFrames = 10;

function brokenAt(isBroken: (call: number) => boolean, fault: () => Uint8Array): CodecFactory {
  let call = -warmUpFrames;
  return tenByteCodec((pcm) => (isBroken(call++) ? fault() : new Uint8Array(10).fill(pcm[0]!)));
}

function throwing(): Uint8Array {
  throw new Error('out of bits');
}

/** Duration of what was sent, whatever the codec, ms. */
function sentMs(harness: SessionHarness, at = 0): number {
  return harness.lane.utterances[at]!.frames.reduce((sum, frame) => sum + frame.format.frameMs, 0);
}

describe('a codec that fails', () => {
  it('in the middle for good: the rest goes as PCM, the plugin is quarantined, the metrics say so', async () => {
    const harness = await openHarness({ codec: brokenAt((call) => call >= 4, throwing) });
    const utterance = harness.session.say(chunksOf(toneChunk(200, 5)));
    const metrics = await harness.settle(utterance.done);
    const { frames } = harness.lane.utterances[0]!;
    expect(frames.map((frame) => frame.index)).toEqual([...frames.keys()]);
    expect(frames.slice(0, 4).every((frame) => frame.format.codecId === 'test-codec')).toBe(true);
    expect(frames.slice(4).every((frame) => frame.format.codecId === 'pcm')).toBe(true);
    expect(sentMs(harness)).toBe(220);
    // 20 ms at 24 kHz: 480 samples, little-endian.
    expect([frames[4]!.payload.length, frames[4]!.payload[0], frames[4]!.payload[1]]).toEqual([960, 5, 0]);
    expect(metrics).toMatchObject({ outcome: 'complete', codec: 'pcm', framesLost: 0 });
    expect(metrics.faults).toMatchObject([{ pluginId: 'codec-plugin', faults: 3, state: 'quarantined' }]);
    expect(metrics.faults[0]!.message).toContain('out of bits');
    const next = await harness.settle(harness.session.say(chunksOf(toneChunk(40))).done);
    expect(next).toMatchObject({ outcome: 'complete', codec: 'pcm' });
    expect(next.faults).toMatchObject([{ pluginId: 'codec-plugin', state: 'quarantined' }]);
  });

  it('once: only that frame goes as PCM, and no batch mixes formats', async () => {
    const harness = await openHarness({ codec: brokenAt((call) => call === 4, throwing) });
    const metrics = await harness.settle(harness.session.say(chunksOf(toneChunk(200))).done);
    const lane = harness.lane.utterances[0]!;
    expect(lane.frames.map((frame) => frame.format.codecId === 'pcm')).toEqual(
      Array.from({ length: 11 }, (_, at) => at === 4),
    );
    let at = 0;
    for (const size of lane.batches) {
      expect(new Set(lane.frames.slice(at, at + size).map((frame) => frame.format.codecId)).size).toBe(1);
      at += size;
    }
    expect(metrics).toMatchObject({ codec: 'test-codec', faults: [{ faults: 1, state: 'active' }] });
  });

  it('while an earlier utterance is still played: the fault is counted once, where it happened', async () => {
    const harness = await openHarness({ codec: brokenAt((call) => call === 8, throwing) });
    harness.lane.playAfterMs = 2000;
    const utterances = [1, 2].map(() => harness.session.say(chunksOf(toneChunk(100))));
    const told = await Promise.all(utterances.map(({ done }) => harness.settle(done)));
    expect(told.map(({ faults }) => faults)).toEqual([
      [],
      [expect.objectContaining({ pluginId: 'codec-plugin', faults: 1 })],
    ]);
  });

  it.each<[string, () => Uint8Array]>([
    ['nothing', () => undefined as unknown as Uint8Array],
    ['an empty payload', () => new Uint8Array(0)],
    ['a payload that fits no packet', () => new Uint8Array(1032)],
    ['a string', () => 'sound' as unknown as Uint8Array],
    ['an array', () => [1, 2, 3] as unknown as Uint8Array],
  ])('by returning %s: it is replaced', async (_name, fault) => {
    const harness = await openHarness({ codec: brokenAt((call) => call >= 0, fault) });
    const metrics = await harness.settle(harness.session.say(chunksOf(toneChunk(100))).done);
    expect(metrics).toMatchObject({ outcome: 'complete', codec: 'pcm' });
    expect(metrics.faults).toMatchObject([{ pluginId: 'codec-plugin', state: 'quarantined' }]);
    expect(sentMs(harness)).toBe(120);
  });

  it('takes the greatest payload that fits', async () => {
    const harness = await openHarness({
      codec: brokenAt(
        (call) => call >= 0,
        () => new Uint8Array(1031),
      ),
    });
    const metrics = await harness.settle(harness.session.say(chunksOf(toneChunk(100))).done);
    expect(metrics).toMatchObject({ outcome: 'complete', codec: 'test-codec', faults: [] });
    expect(harness.lane.utterances[0]!.batches).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('by throwing when an encoder is made or disposed of: speech goes on', async () => {
    for (const broken of ['create', 'dispose'] as const) {
      const codec = tenByteCodec();
      const harness = await openHarness({
        codec: {
          ...codec,
          createEncoder: (settings) => {
            if (broken === 'create') throw new Error('no encoder');
            return {
              ...codec.createEncoder(settings),
              dispose: () => {
                throw new Error('no end');
              },
            };
          },
        },
      });
      const metrics = await harness.settle(harness.session.say(chunksOf(toneChunk(100))).done);
      expect(metrics).toMatchObject({
        outcome: 'complete',
        codec: broken === 'create' ? 'pcm' : 'test-codec',
      });
    }
  });

  it('is not used at all where a receiver cannot decode it', async () => {
    const harness = await openHarness({});
    harness.lane.canDecode = (codecId) => codecId === 'pcm';
    const metrics = await harness.settle(harness.session.say(chunksOf(toneChunk(100))).done);
    expect(metrics).toMatchObject({ codec: 'pcm', faults: [] });
    expect(harness.lane.utterances[0]!.frames.every((frame) => frame.format.codecId === 'pcm')).toBe(true);
  });
});

describe('a batcher that fails', () => {
  const batcherOf = (decide: () => unknown): BatcherFactory => ({
    create: () => ({ decide: decide as Batcher['decide'] }),
  });

  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['null', () => null],
    ['a word', () => 'flush'],
    ['no flag', () => ({ reason: 'none' })],
    ['a wrong time', () => ({ flush: false, reason: '', recheckAfterMs: 'soon' })],
    ['NaN', () => ({ flush: false, reason: '', recheckAfterMs: Number.NaN })],
    [
      'an exception',
      () => {
        throw new Error('undecided');
      },
    ],
  ])('by answering with %s is replaced: batches of the first length', async (_name, decide) => {
    const harness = await openHarness({ batcher: batcherOf(decide) });
    const metrics = await harness.settle(harness.session.say(chunksOf(toneChunk(230))).done);
    expect(harness.lane.utterances[0]!.batches).toEqual([4, 4, 4]);
    expect(metrics.faults).toMatchObject([{ pluginId: 'batcher-plugin', faults: 3, state: 'quarantined' }]);
  });

  it('by never being made is replaced', async () => {
    const harness = await openHarness({
      batcher: {
        create: () => {
          throw new Error('no batcher');
        },
      },
    });
    const metrics = await harness.settle(harness.session.say(chunksOf(toneChunk(230))).done);
    expect(metrics).toMatchObject({
      outcome: 'complete',
      faults: [{ pluginId: 'batcher-plugin', faults: 1 }],
    });
    expect(harness.lane.utterances[0]!.batches).toEqual([4, 4, 4]);
  });

  it('by never sending: full packets go, and no frame waits for more than a second', async () => {
    const harness = await openHarness({ batcher: batcherOf(() => ({ flush: false, reason: 'never' })) });
    async function* source(): AsyncGenerator<ReturnType<typeof toneChunk>> {
      yield toneChunk(100);
      await new Promise<void>((resolve) => harness.clock.setTimer(resolve, 3000));
      yield toneChunk(2000);
    }
    const startMs = harness.clock.nowMs();
    await harness.settle(harness.session.say(source()).done);
    const lane = harness.lane.utterances[0]!;
    expect(lane.batchTimesMs[0]! - startMs).toBeLessThanOrEqual(1005);
    // Twelve bytes a frame with the length: 86 fit 1033.
    expect(lane.batches).toEqual([5, 86, 15]);
  });

  it('by sending always: every frame is a packet, none is lost', async () => {
    const harness = await openHarness({ batcher: batcherOf(() => ({ flush: true, reason: 'always' })) });
    const metrics = await harness.settle(harness.session.say(chunksOf(toneChunk(100))).done);
    expect(harness.lane.utterances[0]!.batches).toEqual([1, 1, 1, 1, 1, 1]);
    expect(metrics.faults).toEqual([]);
  });
});

describe('a voice that fails', () => {
  it('while it is loaded: the utterance fails, and the next one tries again', async () => {
    let loads = 0;
    const harness = await openHarness({
      voice: {
        create: () => {
          if (++loads === 1) throw new Error('no voice');
          return {
            sampleRateHz: 24_000,
            listVoices: async () => [],
            synthesize: () => chunksOf(toneChunk(60)),
            dispose: () => undefined,
          };
        },
      },
    });
    const first = await harness.settle(harness.session.say('Hello.').done.catch((error: unknown) => error));
    expect(first).toMatchObject({ message: expect.stringContaining('no voice') });
    expect(await harness.settle(harness.session.say('Hello.').done)).toMatchObject({ outcome: 'complete' });
    expect(loads).toBe(2);
  });

  it('is disposed of with the session, also if it was still being loaded', async () => {
    let disposals = 0;
    let load: (() => void) | undefined;
    const harness = await openHarness({
      voice: {
        create: async () => {
          await new Promise<void>((resolve) => (load = resolve));
          return {
            sampleRateHz: 24_000,
            listVoices: async () => [],
            synthesize: () => chunksOf(toneChunk(60)),
            dispose: () => disposals++,
          };
        },
      },
    });
    const utterance = harness.session.say('Hello.');
    await harness.advance(20);
    harness.session.dispose();
    expect(await harness.settle(utterance.done)).toMatchObject({ outcome: 'cancelled' });
    load?.();
    await harness.advance(20);
    expect(disposals).toBe(1);
  });
});
