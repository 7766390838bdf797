import assert from 'node:assert/strict';
import type { BatcherFactory, BatchState } from '@eloquence/plugin-api';
import { type ContractRule, describeRules, type TestFramework } from '../support/contract-rule.js';
import { simulateBatches, type SimulatedSource } from './batch-simulation.js';

/** What is to be checked against the batcher contract. */
export interface BatcherSubject {
  readonly name: string;
  createFactory(): BatcherFactory;
}

/** A plausible state; what a rule is about is overridden. */
export function someState(overrides: Partial<BatchState> = {}): BatchState {
  return Object.freeze({
    frameCount: 2,
    payloadBytes: 120,
    durationMs: 40,
    oldestWaitMs: 1,
    batchesSent: 3,
    bufferAheadMs: 900,
    endsPhrase: false,
    nextFrameBytes: 60,
    maxPayloadBytes: 1086,
    settings: Object.freeze({ firstMs: 60, maxMs: 340 }),
    ...overrides,
  });
}

/** Longest time that a frame may be held when no other follows and nothing else presses, ms. */
const longestHoldMs = 5000;

const states: readonly BatchState[] = [0, 30, 100, 400, 3000, Number.POSITIVE_INFINITY].flatMap(
  (bufferAheadMs) =>
    [0, 1, 6].flatMap((batchesSent) =>
      [1, 2, 5].flatMap((frameCount) =>
        [0, 12.5, 90].map((oldestWaitMs) =>
          someState({
            bufferAheadMs,
            batchesSent,
            frameCount,
            oldestWaitMs,
            durationMs: frameCount * 20,
            payloadBytes: frameCount * 60,
          }),
        ),
      ),
    ),
);

const sources: readonly SimulatedSource[] = [0.5, 1, 1.2, 4, Number.POSITIVE_INFINITY].flatMap(
  (speed, index) =>
    [
      { frameMs: 20, frameBytes: 60, framesPerPiece: 5, settings: { firstMs: 60, maxMs: 340 } },
      { frameMs: 60, frameBytes: 170, framesPerPiece: 1, settings: { firstMs: 120, maxMs: 360 } },
      { frameMs: 10, frameBytes: 480, framesPerPiece: 10, settings: { firstMs: 40, maxMs: 240 } },
    ].map((shape) => ({ ...shape, frameCount: 400, speed, maxPayloadBytes: 1086, seed: index })),
);

export const batcherRules: readonly ContractRule<BatcherSubject>[] = [
  {
    title: 'decides by the state alone: not by what it saw before, and without changing it',
    check(subject) {
      const seasoned = subject.createFactory().create();
      for (const state of states) seasoned.decide(state);
      for (const state of [...states].reverse()) {
        const fresh = subject.createFactory().create();
        const expected = fresh.decide(state);
        assert.deepEqual(seasoned.decide(state), expected);
        assert.deepEqual(fresh.decide(state), expected);
      }
    },
  },
  {
    title: 'gives a reason with each decision',
    check(subject) {
      const batcher = subject.createFactory().create();
      for (const state of states) assert.match(batcher.decide(state).reason, /\S/);
    },
  },
  {
    title: 'asks for the next look after a time above 0, or not at all',
    check(subject) {
      const batcher = subject.createFactory().create();
      for (const state of states) {
        const { recheckAfterMs } = batcher.decide(state);
        if (recheckAfterMs === undefined) continue;
        assert.ok(
          Number.isFinite(recheckAfterMs) && recheckAfterMs > 0,
          `recheckAfterMs is ${recheckAfterMs}`,
        );
      }
    },
  },
  {
    title: 'never sends a batch without frames',
    check(subject) {
      const batcher = subject.createFactory().create();
      for (const endsPhrase of [false, true]) {
        const state = someState({
          frameCount: 0,
          payloadBytes: 0,
          durationMs: 0,
          oldestWaitMs: 0,
          endsPhrase,
        });
        assert.equal(batcher.decide(state).flush, false);
      }
    },
  },
  {
    title: 'sends before the next frame would overflow the packet',
    check(subject) {
      const batcher = subject.createFactory().create();
      const full = someState({ payloadBytes: 1030, nextFrameBytes: 60, durationMs: 40 });
      assert.equal(batcher.decide(full).flush, true);
    },
  },
  {
    title: 'sends before the next frame would make the batch longer than the longest',
    check(subject) {
      const batcher = subject.createFactory().create();
      const longest = someState({
        frameCount: 17,
        durationMs: 340,
        payloadBytes: 500,
        bufferAheadMs: 60_000,
      });
      assert.equal(batcher.decide(longest).flush, true);
      assert.equal(batcher.decide({ ...longest, settings: { firstMs: 60, maxMs: 350 } }).flush, true);
    },
  },
  {
    title: `holds no frame longer than ${longestHoldMs} ms when no other follows`,
    check(subject) {
      const batcher = subject.createFactory().create();
      for (const state of states) {
        let decision = batcher.decide(state);
        let waitedMs = state.oldestWaitMs;
        for (let looks = 0; !decision.flush; looks++) {
          assert.ok(decision.recheckAfterMs !== undefined, 'neither sends nor asks for another look');
          assert.ok(looks < 1000, 'still undecided after 1000 looks');
          waitedMs += decision.recheckAfterMs;
          assert.ok(waitedMs <= longestHoldMs, `held for ${waitedMs} ms`);
          decision = batcher.decide({ ...state, oldestWaitMs: waitedMs });
        }
      }
    },
  },
  {
    title: 'keeps to the packet and to the longest batch over whole utterances, and sends every frame',
    check(subject) {
      for (const source of sources) {
        const batches = simulateBatches(subject.createFactory().create(), source);
        let frames = 0;
        for (const batch of batches) {
          frames += batch.frames;
          assert.ok(batch.frames > 0, 'a batch without frames');
          assert.ok(batch.bytes <= source.maxPayloadBytes, `${batch.bytes} bytes in a packet`);
          assert.ok(batch.durationMs <= source.settings.maxMs, `a batch of ${batch.durationMs} ms`);
        }
        assert.equal(frames, source.frameCount);
      }
    },
  },
];

/** Declares the tests that every contribution to `batchers` must pass. */
export function describeBatcher(framework: TestFramework, subject: BatcherSubject): void {
  describeRules(framework, `batcher contract: ${subject.name}`, batcherRules, subject);
}
