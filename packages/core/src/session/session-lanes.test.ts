import type { LaneChange } from '@eloquence/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import { SessionHarness, chunksOf, toneChunk } from './testing/session-harness.js';

const harnesses: SessionHarness[] = [];

function createHarness(): SessionHarness {
  const harness = new SessionHarness();
  harnesses.push(harness);
  return harness;
}

afterEach(async () => {
  for (const harness of harnesses.splice(0)) {
    await harness.dispose();
    expect(harness.rejections).toEqual([]);
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
    const harness = createHarness();
    await harness.settle(Promise.all([harness.session.open(), harness.session.open()]));
    await harness.settle(harness.session.open());
    expect(harness.transports).toBe(1);
  });

  it('gives a lane that changes over each frame with its PCM, also while it is on media', async () => {
    const harness = createHarness();
    harness.lane.capabilities = { ...harness.lane.capabilities, pcm: true };
    harness.lane.kind = 'media';
    await harness.open();
    await harness.settle(harness.session.say(chunksOf(toneChunk(60, 5))).done);
    const frames = harness.lane.utterances[0]?.frames ?? [];
    expect(frames.map(({ payload, pcm }) => [payload.length, pcm?.length, pcm?.[0]])).toEqual([
      [10, 480, 5],
      [10, 480, 5],
      [10, 480, 5],
      [10, 480, 0],
    ]);
  });

  it('copies no PCM for a lane that does not ask for it', async () => {
    const harness = await createHarness().open();
    await harness.settle(harness.session.say(chunksOf(toneChunk(60))).done);
    expect(harness.lane.utterances[0]?.frames.every((frame) => !('pcm' in frame))).toBe(true);
  });

  it('tells changes of lane as they happen and in the metrics', async () => {
    const harness = await createHarness().open();
    const told: unknown[] = [];
    harness.session.onDidPublishEvent((event) => {
      if (event.kind === 'laneChange') told.push(event.change);
    });
    const utterance = harness.session.say(chunksOf(toneChunk(60)));
    await harness.advance(10);
    harness.lane.changeLane.fire(toMedia);
    harness.lane.utterances[0]!.laneChanges = [toMedia];
    expect(await harness.settle(utterance.done)).toMatchObject({ lane: 'media', laneChanges: [toMedia] });
    expect(told).toEqual([toMedia]);
    expect(await harness.settle(harness.session.say(chunksOf(toneChunk(60))).done)).not.toHaveProperty(
      'laneChanges',
    );
  });
});
