import type { LaneChange } from '@eloquence/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import { SessionBench, chunksOf, toneChunk } from './testing/session-bench.js';

const benches: SessionBench[] = [];

function createBench(): SessionBench {
  const bench = new SessionBench();
  benches.push(bench);
  return bench;
}

afterEach(async () => {
  for (const bench of benches.splice(0)) {
    await bench.dispose();
    expect(bench.rejections).toEqual([]);
  }
});

const toMedia: LaneChange = {
  atMs: 1,
  from: 'data',
  to: 'media',
  cause: 'data-silent',
  positionMs: 40,
  doubtfulMs: 20,
};

describe('Session: lanes', () => {
  it('makes one transport, however often and at the same time it is opened', async () => {
    const bench = createBench();
    await bench.settle(Promise.all([bench.session.open(), bench.session.open()]));
    await bench.settle(bench.session.open());
    expect(bench.transports).toBe(1);
  });

  it('gives a lane that changes over each frame with its PCM, also while it is on media', async () => {
    const bench = createBench();
    bench.lane.capabilities = { ...bench.lane.capabilities, pcm: true };
    bench.lane.kind = 'media';
    await bench.open();
    await bench.settle(bench.session.say(chunksOf(toneChunk(60, 5))).done);
    const frames = bench.lane.utterances[0]?.frames ?? [];
    expect(frames.map(({ payload, pcm }) => [payload.length, pcm?.length, pcm?.[0]])).toEqual([
      [10, 480, 5],
      [10, 480, 5],
      [10, 480, 5],
      [10, 480, 0],
    ]);
  });

  it('copies no PCM for a lane that does not ask for it', async () => {
    const bench = await createBench().open();
    await bench.settle(bench.session.say(chunksOf(toneChunk(60))).done);
    expect(bench.lane.utterances[0]?.frames.every((frame) => !('pcm' in frame))).toBe(true);
  });

  it('tells changes of lane as they happen and in the metrics', async () => {
    const bench = await createBench().open();
    const told: unknown[] = [];
    bench.session.onDidPublishEvent((event) => {
      if (event.kind === 'laneChange') told.push(event.change);
    });
    const utterance = bench.session.say(chunksOf(toneChunk(60)));
    await bench.advance(10);
    bench.lane.changeLane.fire(toMedia);
    bench.lane.utterances[0]!.laneChanges = [toMedia];
    expect(await bench.settle(utterance.done)).toMatchObject({ lane: 'media', laneChanges: [toMedia] });
    expect(told).toEqual([toMedia]);
    expect(await bench.settle(bench.session.say(chunksOf(toneChunk(60))).done)).not.toHaveProperty(
      'laneChanges',
    );
  });
});
