import { EloquenceError, type PcmChunk } from '@eloquence/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import { rejectionOf } from '../plugins/testing/rejection.js';
import {
  SessionHarness,
  type SessionHarnessOptions,
  chunksOf,
  toneChunk,
  turn,
} from './testing/session-harness.js';

const harnesses: SessionHarness[] = [];

async function openHarness(options: SessionHarnessOptions = {}): Promise<SessionHarness> {
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
    const harness = await openHarness();
    const encoded: number[] = [];
    const utterance = harness.session.say(chunksOf(toneChunk(100, 3), toneChunk(50, 4)));
    utterance.onDidEncodeFrame((frame) => encoded.push(frame.index));
    const metrics = await harness.settle(utterance.done);
    const [lane] = harness.lane.utterances;
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
    const harness = await openHarness();
    const first = harness.session.say(chunksOf(toneChunk(60, 1)));
    const second = harness.session.say(chunksOf(toneChunk(60, 2)));
    expect([first.state, second.state, harness.session.queuedUtterances]).toEqual(['speaking', 'queued', 1]);
    await harness.settle(first.delivered);
    await harness.advance(5);
    expect([first.state, second.state]).toEqual(['delivered', 'speaking']);
    await harness.settle(second.done);
    expect(harness.lane.utterances.map(({ frames }) => frames[0]?.payload[0])).toEqual([1, 2]);
  });

  it('speaks 200 in order and keeps nothing of them', async () => {
    const harness = await openHarness();
    const order: number[] = [];
    const { reportListeners } = harness.lane;
    harness.session.onDidEndUtterance((metrics) => order.push(metrics.utteranceId));
    for (let count = 0; count < 50; count++) {
      const batch = [1, 2, 3, 4].map(() => harness.session.say(chunksOf(toneChunk(40))));
      for (const utterance of batch) await harness.settle(utterance.done);
    }
    expect(order).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
    expect([harness.clock.pendingTimers, harness.session.queuedUtterances]).toEqual([0, 0]);
    expect(harness.lane.reportListeners).toBe(reportListeners);
  });

  it('waits for credit, and goes on when there is some', async () => {
    const harness = await openHarness();
    harness.lane.isFull = true;
    const utterance = harness.session.say(chunksOf(toneChunk(200)));
    await harness.advance(500);
    expect(harness.lane.utterances[0]?.frames).toHaveLength(0);
    utterance.cancel();
    expect(await harness.settle(utterance.done)).toMatchObject({ outcome: 'cancelled' });
  });

  it('refuses more than may wait, and what comes before it is open or after it is closed', async () => {
    const harness = await openHarness({ settings: { maxQueuedUtterances: 2 } });
    const source = stuckSource();
    const kept = [1, 2, 3].map(() => harness.session.say(source));
    const refused = harness.session.say('more');
    expect(await rejectionOf(refused.done)).toMatchObject({ code: 'OPTION_INVALID', value: 2 });
    const closed = harness.createSession();
    expect(await rejectionOf(closed.say('too early').done)).toMatchObject({ code: 'LANE_UNAVAILABLE' });
    closed.dispose();
    expect(await rejectionOf(closed.say('too late').done)).toMatchObject({ code: 'DISPOSED' });
    harness.session.cancelAll();
    for (const utterance of kept)
      expect(await harness.settle(utterance.done)).toMatchObject({ outcome: 'cancelled' });
    expect(harness.session.queuedUtterances).toBe(0);
  });

  it.each([
    ['a number', 7],
    ['nothing', undefined],
    ['a stream of numbers', chunksOf(5 as unknown as PcmChunk)],
    ['PCM at a rate of 0', chunksOf({ samples: new Int16Array(10), sampleRateHz: 0 })],
  ])('refuses %s', async (_name, input) => {
    const harness = await openHarness();
    const utterance = harness.session.say(input as never);
    expect((await rejectionOf(harness.settle(utterance.done))).code).toBe('PCM_INVALID');
    const next = harness.session.say(chunksOf(toneChunk(40)));
    expect(await harness.settle(next.done)).toMatchObject({ outcome: 'complete' });
  });

  it.each([
    ['an empty stream', chunksOf()],
    ['empty chunks', chunksOf(toneChunk(0), toneChunk(0))],
  ])('has nothing to say with %s', async (_name, input) => {
    const harness = await openHarness();
    expect((await rejectionOf(harness.settle(harness.session.say(input).done))).code).toBe('TEXT_EMPTY');
    expect(harness.lane.utterances).toHaveLength(0);
  });
});

describe('Session: cancelling', () => {
  it('before the first frame', async () => {
    const harness = await openHarness();
    const source = stuckSource();
    const utterance = harness.session.say(source);
    await harness.advance(10);
    utterance.cancel();
    expect(await harness.settle(utterance.done)).toMatchObject({
      outcome: 'cancelled',
      framesSent: 0,
      audioMs: 0,
    });
    expect([source.wasClosed, harness.lane.utterances.length]).toEqual([true, 0]);
    const next = harness.session.say(chunksOf(toneChunk(40)));
    expect(await harness.settle(next.done)).toMatchObject({ outcome: 'complete' });
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('before it was even said', async () => {
    const harness = await openHarness();
    const utterance = harness.session.say(chunksOf(toneChunk(40)), { signal: AbortSignal.abort() });
    expect(await harness.settle(utterance.done)).toMatchObject({ outcome: 'cancelled' });
    expect(harness.lane.utterances).toHaveLength(0);
  });

  it('while it waits for its turn: it does not take one', async () => {
    const harness = await openHarness();
    const first = harness.session.say(stuckSource(toneChunk(100)));
    const second = harness.session.say(chunksOf(toneChunk(100)));
    await harness.advance(10);
    second.cancel();
    expect(await harness.settle(second.done)).toMatchObject({ outcome: 'cancelled' });
    expect([first.state, harness.session.queuedUtterances]).toEqual(['speaking', 0]);
    first.cancel();
    await harness.settle(first.done);
    expect(harness.lane.utterances).toHaveLength(1);
  });

  it('in the middle: the source is closed and the listener falls silent', async () => {
    const harness = await openHarness();
    const controller = new AbortController();
    const source = stuckSource(toneChunk(100), toneChunk(100));
    const utterance = harness.session.say(source, { signal: controller.signal });
    await harness.advance(20);
    controller.abort();
    const metrics = await harness.settle(utterance.done);
    expect(metrics).toMatchObject({ outcome: 'cancelled', audioMs: 200 });
    expect(metrics.framesSent).toBeGreaterThan(0);
    expect([source.wasClosed, harness.lane.utterances[0]?.wasCancelled]).toEqual([true, true]);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('after the last frame, while it is still being played', async () => {
    const harness = await openHarness();
    harness.lane.playAfterMs = 5000;
    const utterance = harness.session.say(chunksOf(toneChunk(100)));
    await harness.settle(utterance.delivered);
    await harness.advance(100);
    harness.session.cancelAll();
    expect(await harness.settle(utterance.done)).toMatchObject({ outcome: 'cancelled', framesSent: 6 });
    expect(harness.lane.utterances[0]?.wasCancelled).toBe(true);
  });

  it('after it ended: nothing happens', async () => {
    const harness = await openHarness();
    const utterance = harness.session.say(chunksOf(toneChunk(40)));
    await harness.settle(utterance.done);
    utterance.cancel();
    harness.session.cancelAll();
    await harness.advance(50);
    expect(await utterance.done).toMatchObject({ outcome: 'complete' });
  });

  it('survives a source that rejects because it was aborted, even between two steps', async () => {
    const controller = new AbortController();
    let yields = 0;
    const harness = await openHarness({
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
            harnesses[0]!.clock.advance(5);
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
    const utterance = harness.session.say(source(), { signal: controller.signal });
    expect(await harness.settle(utterance.done)).toMatchObject({ outcome: 'cancelled' });
    await turn();
    expect(yields).toBeGreaterThan(0);
  });
});

describe('Session: failing', () => {
  it('delivers what came before the source failed, then tells the error', async () => {
    const harness = await openHarness();
    async function* failing(): AsyncGenerator<PcmChunk> {
      yield toneChunk(110, 1);
      throw new Error('the voice broke');
    }
    const utterance = harness.session.say(failing());
    const error = await rejectionOf(harness.settle(utterance.done));
    expect(error).toMatchObject({ code: 'TTS_FAILED', message: 'the voice broke' });
    const [lane] = harness.lane.utterances;
    expect(lane!.frames.map((frame) => frame.index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(lane!.sampleCount).toBe(110 * 24 + 7 * 24);
    expect(lane!.wasCancelled).toBe(false);
    await expect(utterance.delivered).rejects.toBe(error);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('can be cancelled while what came before the failure is played', async () => {
    const harness = await openHarness();
    harness.lane.playAfterMs = 5000;
    async function* failing(): AsyncGenerator<PcmChunk> {
      yield toneChunk(100, 1);
      throw new EloquenceError('ABORTED', 'the model hung up');
    }
    const utterance = harness.session.say(failing());
    await harness.advance(100);
    utterance.cancel();
    expect(await harness.settle(utterance.done, 500)).toMatchObject({ outcome: 'cancelled' });
  });

  it('refuses a wrong chunk in the middle, and closes the source', async () => {
    const harness = await openHarness();
    const source = stuckSource(toneChunk(100), { samples: 'no' } as unknown as PcmChunk, toneChunk(100));
    const error = await rejectionOf(harness.settle(harness.session.say(source).done));
    expect(error.code).toBe('PCM_INVALID');
    expect([source.wasClosed, harness.lane.utterances[0]!.frames.length]).toEqual([true, 6]);
  });

  it('does not wait for the source when the lane gives up: closes it, and goes on with the next', async () => {
    const harness = await openHarness();
    const source = stuckSource(toneChunk(100), toneChunk(100));
    const utterance = harness.session.say(source);
    await harness.advance(20);
    harness.lane.isFull = true;
    harness.lane.utterances[0]!.fail(new EloquenceError('RECEIVER_LEFT', 'gone'));
    expect(await rejectionOf(harness.settle(utterance.done, 200))).toMatchObject({ code: 'RECEIVER_LEFT' });
    expect(source.wasClosed).toBe(true);
    harness.lane.isFull = false;
    const third = harness.session.say(chunksOf(toneChunk(40)));
    expect(await harness.settle(third.done)).toMatchObject({ outcome: 'complete' });
  });

  it('tells apart what nobody has said that it was played, and what the source did not give in time', async () => {
    const harness = await openHarness();
    harness.lane.playedAs = 'presumed';
    const utterance = harness.session.say(chunksOf(toneChunk(200)));
    await harness.advance(10);
    harness.lane.utterances[0]!.heard = {
      presumedReceivers: 1,
      framesPlayed: 4,
      starvations: 1,
      starvedMs: 6000,
    };
    expect(await harness.settle(utterance.done)).toMatchObject({
      outcome: 'presumed',
      presumedReceivers: 1,
      framesPlayed: 4,
      framesLost: 0,
      deliveryMs: 20,
      stabilityPercent: 100,
      starvations: 1,
      starvedMs: 6000,
    });
  });

  it('rejects both promises with the error of the lane', async () => {
    const harness = await openHarness();
    const utterance = harness.session.say(chunksOf(toneChunk(100)));
    await harness.advance(10);
    const error = new EloquenceError('DELIVERY_INCOMPLETE', 'five are missing', { value: 5 });
    harness.lane.utterances[0]!.fail(error);
    expect(await rejectionOf(harness.settle(utterance.done))).toBe(error);
    expect(await rejectionOf(utterance.delivered)).toBe(error);
  });

  it('says with the error how far each utterance was heard that failed with it', async () => {
    const harness = await openHarness();
    harness.lane.playAfterMs = 60_000;
    const utterances = [100, 60].map((ms) => harness.session.say(chunksOf(toneChunk(ms))));
    await harness.advance(100);
    const error = new EloquenceError('RECEIVER_LEFT', 'gone', { value: 'ear' });
    for (const [at, heardMs] of [80, 0].entries()) {
      harness.lane.utterances[at]!.heard = { heardMs, heardErrorMs: 30 };
      harness.lane.utterances[at]!.fail(error);
    }
    const told = await Promise.all(utterances.map(({ done }) => rejectionOf(harness.settle(done))));
    expect(told).toMatchObject([
      { code: 'RECEIVER_LEFT', value: 'ear', metrics: { utteranceId: 1, outcome: 'failed', heardMs: 80 } },
      { code: 'RECEIVER_LEFT', value: 'ear', metrics: { utteranceId: 2, heardMs: 0, heardErrorMs: 30 } },
    ]);
  });

  it('begins the next utterance before it is known how far the one was heard that was cut', async () => {
    const harness = await openHarness();
    harness.lane.silentAfterMs = 1000;
    const source = stuckSource(toneChunk(100), toneChunk(100));
    const first = harness.session.say(source);
    await harness.advance(20);
    first.cancel();
    const second = harness.session.say(chunksOf(toneChunk(40)));
    await harness.advance(200);
    expect([first.state, second.state, harness.lane.utterances.length]).toEqual(['speaking', 'ended', 2]);
    expect(await harness.settle(first.done)).toMatchObject({ outcome: 'cancelled' });
  });

  it('is disposed of while it speaks: everything ends, nothing stays behind', async () => {
    const harness = await openHarness();
    harness.lane.playAfterMs = 60_000;
    const source = stuckSource(toneChunk(100));
    const delivered = harness.session.say(chunksOf(toneChunk(40)));
    await harness.settle(delivered.delivered);
    const speaking = harness.session.say(source);
    const waiting = harness.session.say('never');
    await harness.advance(20);
    let disposals = 0;
    harness.session.onDidDispose(() => disposals++);
    harness.session.dispose();
    harness.session.dispose();
    for (const utterance of [delivered, speaking, waiting])
      expect(await harness.settle(utterance.done)).toMatchObject({ outcome: 'cancelled' });
    await harness.advance(100);
    expect([disposals, harness.lane.isDisposed, source.wasClosed, harness.kernel.sessionCount]).toEqual([
      1,
      true,
      true,
      0,
    ]);
    await harness.advance(60_000);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('is disposed of while it opens: opening ends at once, and says so', async () => {
    const harness = new SessionHarness();
    let open = (): void => undefined;
    harness.opening = new Promise<void>((resolve) => (open = resolve));
    const opening = rejectionOf(harness.session.open());
    await harness.advance(10);
    expect(harness.transports).toBe(1);
    harness.session.dispose();
    expect(await opening).toMatchObject({ code: 'DISPOSED' });
    expect(await rejectionOf(harness.session.open())).toMatchObject({ code: 'DISPOSED' });
    open();
    await harness.advance(10);
    expect([harness.lane.isDisposed, harness.kernel.sessionCount, harness.clock.pendingTimers]).toEqual([
      true,
      0,
      0,
    ]);
    await harness.dispose();
  });

  it('opens and closes a hundred sessions and keeps none', async () => {
    const harness = await openHarness();
    for (let count = 0; count < 100; count++) {
      const session = harness.createSession();
      await harness.settle(session.open());
      const utterance = session.say(chunksOf(toneChunk(20)));
      if (count % 2 === 0) await harness.settle(utterance.done);
      session.dispose();
      await harness.settle(utterance.done);
    }
    expect(harness.kernel.sessionCount).toBe(1);
    await harness.advance(100);
    expect(harness.clock.pendingTimers).toBe(0);
  });
});
