import { describeSentenceSegmenter } from '@eloquence/plugin-contracts';
import type { SentenceSegmenter, TextSegmentation } from '@eloquence/plugin-api';
import { createSentenceSegmenter } from '@eloquence/text';
import { describe, it } from 'vitest';
import type { Guard } from '../plugins/guard.js';
import { guardedSegmenter } from './guarded-segmenter.js';

const builtIn = createSentenceSegmenter();

/** A segmenter of a plugin that fails at its n-th call. */
function failingAt(call: number): SentenceSegmenter {
  const segmenter = createSentenceSegmenter();
  return {
    begin(options) {
      const segmentation = segmenter.begin(options);
      let calls = 0;
      const failing = <R>(ask: () => R): R => {
        if (++calls === call) throw new Error('no idea');
        return ask();
      };
      return {
        get canFlush() {
          return segmentation.canFlush;
        },
        push: (fragment) => failing(() => segmentation.push(fragment)),
        flush: () => failing(() => segmentation.flush()),
        finish: () => failing(() => segmentation.finish()),
      } satisfies TextSegmentation;
    },
  };
}

/** Gives the fallback for what throws, as the guard of a plugin does. */
const guard = {
  run<R>(call: () => R, fallback: R): R {
    try {
      return call();
    } catch {
      return fallback;
    }
  },
} as Guard;

const subjects: Record<string, () => SentenceSegmenter> = {
  'the built-in one': createSentenceSegmenter,
  'the built-in one behind its guard': () => guardedSegmenter(() => undefined, builtIn),
};
for (const call of [1, 2, 5])
  subjects[`one of a plugin that fails at call ${call}`] = () =>
    guardedSegmenter(() => ({ service: failingAt(call), guard: () => guard }), builtIn);

for (const [name, createSegmenter] of Object.entries(subjects))
  describeSentenceSegmenter({ describe, it }, { name, createSegmenter });
