import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { type LaneUtterance, isEloquenceError } from '@eloquence/plugin-api';
import type { ContractRule } from '../support/contract-rule.js';
import { assertTypedRejection, nameOf } from '../support/error-checks.js';
import { within } from '../support/within.js';
import { LaneHarness, frameSamples } from './lane-harness.js';
import type { TransportSubject } from './transport-subject.js';

/** Barge-in, and how it ends. */
export const transportLifetimeRules: readonly ContractRule<TransportSubject>[] = [
  {
    title: 'falls silent when an utterance is cancelled, wherever it stands, and carries the next one',
    check: (subject) =>
      LaneHarness.with(subject, async (harness) => {
        const lane = await harness.openLane();
        for (const frames of [0, 3, 50]) {
          const utterance = harness.openUtterance(lane);
          await harness.write(lane, utterance, frames);
          if (frames === 50) utterance.end(50 * frameSamples);
          utterance.cancel();
          assert.equal(
            (await harness.endOf(utterance, 'delivery')).outcome,
            'cancelled',
            `after ${frames} frames`,
          );
          assert.equal(
            (await harness.endOf(utterance, 'playout')).outcome,
            'cancelled',
            `after ${frames} frames`,
          );
        }
        const heardBefore = harness.harness.heardSamples();
        const { end } = await harness.speak(lane, 10 * frameSamples);
        assert.equal(end.outcome, 'complete', 'the next one');
        const heard = harness.harness.heardSamples() - heardBefore;
        assert.ok(heard >= 10 * frameSamples, `${heard} samples of the next one are heard`);
        assert.ok(harness.harness.heardSamples() < 40 * frameSamples, 'what was cancelled is heard');
      }),
  },
  {
    title: 'rejects ready() of an utterance that was cancelled',
    check: (subject) =>
      LaneHarness.with(subject, async (harness) => {
        const lane = await harness.openLane();
        const utterance = harness.openUtterance(lane);
        utterance.cancel();
        await assertTypedRejection(within(harness.limitMs, 'ready()', utterance.ready()), 'ready()', [
          'ABORTED',
          'DISPOSED',
          'CONNECTION_LOST',
        ]);
      }),
  },
  {
    title: 'lets an utterance be cancelled twice, and after its end: it stays as it was',
    check: (subject) =>
      LaneHarness.with(subject, async (harness) => {
        const lane = await harness.openLane();
        const { utterance } = await harness.speak(lane, 3 * frameSamples);
        utterance.cancel();
        utterance.cancel();
        assert.equal((await utterance.played).outcome, 'complete');
      }),
  },
  {
    title: 'gives up opening with ABORTED when its signal is aborted',
    check: (subject) =>
      LaneHarness.with(subject, async (harness) => {
        harness.abort.abort();
        const opening = within(harness.limitMs, 'giving up', harness.transport.openLane());
        await assertTypedRejection(opening, 'opening with an aborted signal', ['ABORTED']);
      }),
  },
  {
    title: 'says NO_RECEIVER or LANE_UNAVAILABLE where nobody listens, or opens a media lane',
    check: (subject) =>
      LaneHarness.with(
        subject,
        async (harness) => {
          const opening = within(harness.limitMs, 'the answer', harness.transport.openLane());
          const lane = await opening.catch((error: unknown) => {
            assert.ok(isEloquenceError(error), `rejects with ${nameOf(error)}`);
            assert.ok(['NO_RECEIVER', 'LANE_UNAVAILABLE'].includes(error.code), error.code);
          });
          if (lane) assert.equal(lane.kind, 'media', 'opens a data lane to nobody');
          lane?.dispose();
        },
        0,
      ),
  },
  {
    title: 'settles everything when the lane is disposed while it speaks, and can be disposed twice',
    check: (subject) =>
      LaneHarness.with(subject, async (harness) => {
        const lane = await harness.openLane();
        const utterance = harness.openUtterance(lane);
        await harness.write(lane, utterance, 4);
        lane.dispose();
        lane.dispose();
        for (const what of ['delivery', 'playout'] as const)
          assert.notEqual((await harness.endOf(utterance, what)).outcome, 'complete');
        harness.transport.dispose();
        harness.transport.dispose();
      }),
  },
  {
    title: 'carries nothing after the lane is disposed, and says so',
    check: (subject) =>
      LaneHarness.with(subject, async (harness) => {
        const lane = await harness.openLane();
        lane.dispose();
        let utterance: LaneUtterance;
        try {
          utterance = harness.openUtterance(lane);
        } catch (error) {
          assert.ok(isEloquenceError(error), `throws ${nameOf(error)}`);
          return;
        }
        const { outcome } = await harness.endOf(utterance, 'playout');
        assert.equal(outcome, 'failed');
      }),
  },
  {
    title: 'leaves no timer and no listener behind',
    check: (subject) =>
      LaneHarness.with(subject, async (harness) => {
        const lane = await harness.openLane();
        await harness.speak(lane, 3 * frameSamples);
        const utterance = harness.openUtterance(lane);
        await harness.write(lane, utterance, 3);
        harness.dispose();
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.equal(harness.clock.pendingTimers, 0, 'timers left behind');
        assert.equal(
          getEventListeners(harness.abort.signal, 'abort').length,
          0,
          'listeners left on the signal',
        );
      }),
  },
];
