import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { SessionHarness, chunksOf, toneChunk } from './testing/session-harness.js';

let harness: SessionHarness | undefined;

afterEach(() => harness?.dispose());

describe('many utterances on one signal', () => {
  it('are all cancelled by it, and are no leak to warn of', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    harness = new SessionHarness({ settings: { maxQueuedUtterances: 64 } });
    await harness.open();
    const controller = new AbortController();
    const { signal } = controller;
    const utterances = Array.from({ length: 30 }, () =>
      harness!.session.say(chunksOf(toneChunk(40)), { signal }),
    );
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await harness.settle(utterances[1]!.done);
    controller.abort();
    const outcomes = await harness.settle(Promise.all(utterances.map(({ done }) => done)));
    expect(outcomes.slice(0, 2).map(({ outcome }) => outcome)).toEqual(['complete', 'complete']);
    expect(new Set(outcomes.slice(2).map(({ outcome }) => outcome))).toEqual(new Set(['cancelled']));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});
