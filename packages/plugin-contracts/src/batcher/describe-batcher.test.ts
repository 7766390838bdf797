import type { BatchDecision, BatchState, Batcher } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { failuresOf } from '../support/contract-rule.js';
import { batcherRules, describeBatcher } from './describe-batcher.js';

/** A right batcher: full packets, or what waited for the longest duration. */
function decideRightly(state: BatchState): BatchDecision {
  const { frameCount, durationMs, payloadBytes, oldestWaitMs, settings } = state;
  if (frameCount === 0) return { flush: false, reason: 'empty' };
  const frameMs = durationMs / frameCount;
  if (payloadBytes + state.nextFrameBytes + 2 * frameCount + 2 > state.maxPayloadBytes) return flush('full');
  if (durationMs + frameMs > settings.maxMs) return flush('longest');
  if (oldestWaitMs >= settings.maxMs) return flush('waited');
  return { flush: false, reason: 'gathering', recheckAfterMs: settings.maxMs - oldestWaitMs };
}

function flush(reason: string): BatchDecision {
  return { flush: true, reason };
}

const keepOn: BatchDecision = { flush: false, reason: 'gathering', recheckAfterMs: 50 };

const broken: Readonly<Record<string, (state: BatchState, calls: number) => BatchDecision>> = {
  'decides by the state alone': (state, calls) => (calls % 7 === 0 ? keepOn : decideRightly(state)),
  'gives a reason': (state) => ({ ...decideRightly(state), reason: '' }),
  'asks for the next look': (state) => ({ ...decideRightly(state), recheckAfterMs: 0 }),
  'never sends a batch without frames': (state) =>
    state.endsPhrase ? flush('phrase') : decideRightly(state),
  'sends before the next frame would overflow': (state) => decideRightly({ ...state, maxPayloadBytes: 1e9 }),
  'would make the batch longer': (state) => {
    const maxMs = state.settings.maxMs * 2;
    return decideRightly({ ...state, settings: { ...state.settings, maxMs } });
  },
  'holds no frame longer': (state) => {
    const { flush: isDue, reason } = decideRightly({ ...state, oldestWaitMs: 0 });
    return { flush: isDue, reason };
  },
  'over whole utterances': (state) => (state.batchesSent > 9 ? keepOn : decideRightly(state)),
};

function subjectOf(decide: (state: BatchState, calls: number) => BatchDecision) {
  return {
    name: 'under test',
    createFactory: () => ({
      create(): Batcher {
        let calls = 0;
        return { decide: (state) => decide(state, calls++) };
      },
    }),
  };
}

describe('describeBatcher', () => {
  it('finds nothing wrong with a right batcher', async () => {
    expect(await failuresOf((framework) => describeBatcher(framework, subjectOf(decideRightly)))).toEqual([]);
  });

  it('has a broken batcher for each rule', () => {
    for (const rule of batcherRules) {
      expect(Object.keys(broken).filter((words) => rule.title.includes(words))).toHaveLength(1);
    }
    expect(Object.keys(broken)).toHaveLength(batcherRules.length);
  });

  it.each(Object.keys(broken))('rejects a batcher that breaks "%s"', async (words) => {
    const failures = await failuresOf((framework) => describeBatcher(framework, subjectOf(broken[words]!)));
    expect(failures.map((failure) => failure.title).filter((title) => title.includes(words))).toHaveLength(1);
  });
});
