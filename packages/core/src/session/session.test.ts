import { EloquenceError, type PcmChunk } from '@eloquence/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import { rejectionOf } from '../plugins/testing/rejection.js';
import {
  SessionBench,
  type SessionBenchOptions,
  chunksOf,
  toneChunk,
  turn,
} from './testing/session-bench.js';

const benches: SessionBench[] = [];

async function openBench(options: SessionBenchOptions = {}): Promise<SessionBench> {
  const bench = new SessionBench(options);
  benches.push(bench);
  return bench.open();
}

afterEach(async () => {
  for (const bench of benches.splice(0)) {
    await bench.dispose();
    expect(bench.rejections).toEqual([]);
  }
});

/** A source that hands over `chunks`, then waits for ever, or until it is closed. */
function stuckSource(...chunks: PcmChunk[]): AsyncIterable<PcmChunk> & { wasClosed: boolean } {
  const source = {
    wasClosed: false,
    [Symbol.asyncIterator]: () => ({
      next: (): Promise<IteratorResult<PcmChunk>> => {
        const value = chunks.shift();
        return value ? Promise.resolve({ done: false, value }) : new Promise(() => undefined);
      },
      return: (): Promise<IteratorResult<PcmChunk>> => {
        source.wasClosed = true;
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
  return source;
}

describe('Session: speaking', () => {
  it('hands over every frame once, in order, and tells its figures', async () => {
    const bench = await openBench();
    const encoded: number[] = [];
    const utterance = bench.session.say(chunksOf(toneChunk(100, 3), toneChunk(50, 4)));
    utterance.onDidEncodeFrame((frame) => encoded.push(frame.index));
    const metrics = await bench.settle(utterance.done);
    const [lane] = bench.lane.utterances;
    // 150 ms are seven and a half frames of 20 ms; the rest of the last is silence, and rings out.
    expect(lane!.frames.map((frame) => frame.index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(encoded).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(lane!.frames.map((frame) => frame.payload[0])).toEqual([3, 3, 3, 3, 3, 4, 4, 4]);
    expect(lane!.batches).toEqual([3, 3, 2]);
    expect(lane!.sampleCount).toBe(150 * 24 + 7 * 24);
    expect(metrics).toMatchObject({
      outcome: 'complete',
      codec: 'test-codec',
      batcher: 'test-batcher',
      profile: 'TEST',
      audioMs: 150,
      framesSent: 8,
      framesLost: 0,
      payloadBytes: 80,
      faults: [],
    });
    expect(utterance.state).toBe('ended');
  });

  it('speaks two at once one after the other: the next begins when the one before is delivered', async () => {
    const bench = await openBench();
    const first = bench.session.say(chunksOf(toneChunk(60, 1)));
    const second = bench.session.say(chunksOf(toneChunk(60, 2)));
    expect([first.state, second.state, bench.session.queuedUtterances]).toEqual(['speaking', 'queued', 1]);
    await bench.settle(first.delivered);
    await bench.advance(5);
    expect([first.state, second.state]).toEqual(['delivered', 'speaking']);
    await bench.settle(second.done);
    expect(bench.lane.utterances.map(({ frames }) => frames[0]?.payload[0])).toEqual([1, 2]);
  });

  it('speaks 200 in order and keeps nothing of them', async () => {
    const bench = await openBench();
    const order: number[] = [];
    const { reportListeners } = bench.lane;
    bench.session.onDidEndUtterance((metrics) => order.push(metrics.utteranceId));
    for (let count = 0; count < 50; count++) {
      const batch = [1, 2, 3, 4].map(() => bench.session.say(chunksOf(toneChunk(40))));
      for (const utterance of batch) await bench.settle(utterance.done);
    }
    expect(order).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
    expect([bench.clock.pendingTimers, bench.session.queuedUtterances]).toEqual([0, 0]);
    expect(bench.lane.reportListeners).toBe(reportListeners);
  });

  it('waits for credit, and goes on when there is some', async () => {
    const bench = await openBench();
    bench.lane.isFull = true;
    const utterance = bench.session.say(chunksOf(toneChunk(200)));
    await bench.advance(500);
    expect(bench.lane.utterances[0]?.frames).toHaveLength(0);
    utterance.cancel();
    expect(await bench.settle(utterance.done)).toMatchObject({ outcome: 'cancelled' });
  });

  it('refuses more than may wait, and what comes before it is open or after it is closed', async () => {
    const bench = await openBench({ settings: { maxQueuedUtterances: 2 } });
    const source = stuckSource();
    const kept = [1, 2, 3].map(() => bench.session.say(source));
    const refused = bench.session.say('more');
    expect(await rejectionOf(refused.done)).toMatchObject({ code: 'OPTION_INVALID', value: 2 });
    const closed = bench.createSession();
    expect(await rejectionOf(closed.say('too early').done)).toMatchObject({ code: 'LANE_UNAVAILABLE' });
    closed.dispose();
    expect(await rejectionOf(closed.say('too late').done)).toMatchObject({ code: 'DISPOSED' });
    bench.session.cancelAll();
    for (const utterance of kept)
      expect(await bench.settle(utterance.done)).toMatchObject({ outcome: 'cancelled' });
    expect(bench.session.queuedUtterances).toBe(0);
  });

  it.each([
    ['a number', 7],
    ['nothing', undefined],
    ['a stream of numbers', chunksOf(5 as unknown as PcmChunk)],
    ['PCM at a rate of 0', chunksOf({ samples: new Int16Array(10), sampleRateHz: 0 })],
  ])('refuses %s', async (_name, input) => {
    const bench = await openBench();
    const utterance = bench.session.say(input as never);
    expect((await rejectionOf(bench.settle(utterance.done))).code).toBe('PCM_INVALID');
    const next = bench.session.say(chunksOf(toneChunk(40)));
    expect(await bench.settle(next.done)).toMatchObject({ outcome: 'complete' });
  });

  it.each([
    ['an empty stream', chunksOf()],
    ['empty chunks', chunksOf(toneChunk(0), toneChunk(0))],
  ])('has nothing to say with %s', async (_name, input) => {
    const bench = await openBench();
    expect((await rejectionOf(bench.settle(bench.session.say(input).done))).code).toBe('TEXT_EMPTY');
    expect(bench.lane.utterances).toHaveLength(0);
  });
});

describe('Session: cancelling', () => {
  it('before the first frame', async () => {
    const bench = await openBench();
    const source = stuckSource();
    const utterance = bench.session.say(source);
    await bench.advance(10);
    utterance.cancel();
    expect(await bench.settle(utterance.done)).toMatchObject({
      outcome: 'cancelled',
      framesSent: 0,
      audioMs: 0,
    });
    expect([source.wasClosed, bench.lane.utterances.length]).toEqual([true, 0]);
    const next = bench.session.say(chunksOf(toneChunk(40)));
    expect(await bench.settle(next.done)).toMatchObject({ outcome: 'complete' });
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('before it was even said', async () => {
    const bench = await openBench();
    const utterance = bench.session.say(chunksOf(toneChunk(40)), { signal: AbortSignal.abort() });
    expect(await bench.settle(utterance.done)).toMatchObject({ outcome: 'cancelled' });
    expect(bench.lane.utterances).toHaveLength(0);
  });

  it('while it waits for its turn: it does not take one', async () => {
    const bench = await openBench();
    const first = bench.session.say(stuckSource(toneChunk(100)));
    const second = bench.session.say(chunksOf(toneChunk(100)));
    await bench.advance(10);
    second.cancel();
    expect(await bench.settle(second.done)).toMatchObject({ outcome: 'cancelled' });
    expect([first.state, bench.session.queuedUtterances]).toEqual(['speaking', 0]);
    first.cancel();
    await bench.settle(first.done);
    expect(bench.lane.utterances).toHaveLength(1);
  });

  it('in the middle: the source is closed and the listener falls silent', async () => {
    const bench = await openBench();
    const controller = new AbortController();
    const source = stuckSource(toneChunk(100), toneChunk(100));
    const utterance = bench.session.say(source, { signal: controller.signal });
    await bench.advance(20);
    controller.abort();
    const metrics = await bench.settle(utterance.done);
    expect(metrics).toMatchObject({ outcome: 'cancelled', audioMs: 200 });
    expect(metrics.framesSent).toBeGreaterThan(0);
    expect([source.wasClosed, bench.lane.utterances[0]?.wasCancelled]).toEqual([true, true]);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('after the last frame, while it is still being played', async () => {
    const bench = await openBench();
    bench.lane.playAfterMs = 5000;
    const utterance = bench.session.say(chunksOf(toneChunk(100)));
    await bench.settle(utterance.delivered);
    await bench.advance(100);
    bench.session.cancelAll();
    expect(await bench.settle(utterance.done)).toMatchObject({ outcome: 'cancelled', framesSent: 6 });
    expect(bench.lane.utterances[0]?.wasCancelled).toBe(true);
  });

  it('after it ended: nothing happens', async () => {
    const bench = await openBench();
    const utterance = bench.session.say(chunksOf(toneChunk(40)));
    await bench.settle(utterance.done);
    utterance.cancel();
    bench.session.cancelAll();
    await bench.advance(50);
    expect(await utterance.done).toMatchObject({ outcome: 'complete' });
  });

  it('survives a source that rejects because it was aborted, even between two steps', async () => {
    const controller = new AbortController();
    let yields = 0;
    const bench = await openBench({
      settings: {
        yieldTurn: async () => {
          yields++;
          controller.abort();
        },
      },
      codec: {
        frameDurationsMs: [20],
        sampleRatesHz: [24_000],
        createEncoder: () => ({
          // Encoding takes time, so that the sender yields.
          encode: () => {
            benches[0]!.clock.advance(5);
            return new Uint8Array(10);
          },
          configure: () => undefined,
          dispose: () => undefined,
        }),
        createDecoder: () => {
          throw new Error('not used');
        },
      },
    });
    async function* source(): AsyncGenerator<PcmChunk> {
      yield toneChunk(20);
      controller.signal.throwIfAborted();
    }
    const utterance = bench.session.say(source(), { signal: controller.signal });
    expect(await bench.settle(utterance.done)).toMatchObject({ outcome: 'cancelled' });
    await turn();
    expect(yields).toBeGreaterThan(0);
  });
});

describe('Session: failing', () => {
  it('delivers what came before the source failed, then tells the error', async () => {
    const bench = await openBench();
    async function* failing(): AsyncGenerator<PcmChunk> {
      yield toneChunk(110, 1);
      throw new Error('the voice broke');
    }
    const utterance = bench.session.say(failing());
    const error = await rejectionOf(bench.settle(utterance.done));
    expect(error).toMatchObject({ code: 'TTS_FAILED', message: 'the voice broke' });
    const [lane] = bench.lane.utterances;
    expect(lane!.frames.map((frame) => frame.index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(lane!.sampleCount).toBe(110 * 24 + 7 * 24);
    expect(lane!.wasCancelled).toBe(false);
    await expect(utterance.delivered).rejects.toBe(error);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('can be cancelled while what came before the failure is played', async () => {
    const bench = await openBench();
    bench.lane.playAfterMs = 5000;
    async function* failing(): AsyncGenerator<PcmChunk> {
      yield toneChunk(100, 1);
      throw new EloquenceError('ABORTED', 'the model hung up');
    }
    const utterance = bench.session.say(failing());
    await bench.advance(100);
    utterance.cancel();
    expect(await bench.settle(utterance.done, 500)).toMatchObject({ outcome: 'cancelled' });
  });

  it('refuses a wrong chunk in the middle, and closes the source', async () => {
    const bench = await openBench();
    const source = stuckSource(toneChunk(100), { samples: 'no' } as unknown as PcmChunk, toneChunk(100));
    const error = await rejectionOf(bench.settle(bench.session.say(source).done));
    expect(error.code).toBe('PCM_INVALID');
    expect([source.wasClosed, bench.lane.utterances[0]!.frames.length]).toEqual([true, 6]);
  });

  it('does not wait for the source when the lane gives up: closes it, and goes on with the next', async () => {
    const bench = await openBench();
    const source = stuckSource(toneChunk(100), toneChunk(100));
    const utterance = bench.session.say(source);
    await bench.advance(20);
    bench.lane.isFull = true;
    bench.lane.utterances[0]!.fail(new EloquenceError('RECEIVER_LEFT', 'gone'));
    expect(await rejectionOf(bench.settle(utterance.done, 200))).toMatchObject({ code: 'RECEIVER_LEFT' });
    expect(source.wasClosed).toBe(true);
    bench.lane.isFull = false;
    const third = bench.session.say(chunksOf(toneChunk(40)));
    expect(await bench.settle(third.done)).toMatchObject({ outcome: 'complete' });
  });

  it('rejects both promises with the error of the lane', async () => {
    const bench = await openBench();
    const utterance = bench.session.say(chunksOf(toneChunk(100)));
    await bench.advance(10);
    const error = new EloquenceError('DELIVERY_INCOMPLETE', 'five are missing', { value: 5 });
    bench.lane.utterances[0]!.fail(error);
    expect(await rejectionOf(bench.settle(utterance.done))).toBe(error);
    expect(await rejectionOf(utterance.delivered)).toBe(error);
  });

  it('is disposed of while it speaks: everything ends, nothing stays behind', async () => {
    const bench = await openBench();
    bench.lane.playAfterMs = 60_000;
    const source = stuckSource(toneChunk(100));
    const delivered = bench.session.say(chunksOf(toneChunk(40)));
    await bench.settle(delivered.delivered);
    const speaking = bench.session.say(source);
    const waiting = bench.session.say('never');
    await bench.advance(20);
    let disposals = 0;
    bench.session.onDidDispose(() => disposals++);
    bench.session.dispose();
    bench.session.dispose();
    for (const utterance of [delivered, speaking, waiting])
      expect(await bench.settle(utterance.done)).toMatchObject({ outcome: 'cancelled' });
    await bench.advance(100);
    expect([disposals, bench.lane.isDisposed, source.wasClosed, bench.kernel.sessionCount]).toEqual([
      1,
      true,
      true,
      0,
    ]);
    await bench.advance(60_000);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('opens and closes a hundred sessions and keeps none', async () => {
    const bench = await openBench();
    for (let count = 0; count < 100; count++) {
      const session = bench.createSession();
      await bench.settle(session.open());
      const utterance = session.say(chunksOf(toneChunk(20)));
      if (count % 2 === 0) await bench.settle(utterance.done);
      session.dispose();
      await bench.settle(utterance.done);
    }
    expect(bench.kernel.sessionCount).toBe(1);
    await bench.advance(100);
    expect(bench.clock.pendingTimers).toBe(0);
  });
});
