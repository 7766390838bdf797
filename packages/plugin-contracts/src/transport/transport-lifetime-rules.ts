import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { type LaneUtterance, isEloquenceError } from '@eloquence/plugin-api';
import type { ContractRule } from '../support/contract-rule.js';
import { assertTypedRejection, nameOf } from '../support/error-checks.js';
import { within } from '../support/within.js';
import { LaneRig, frameSamples } from './lane-rig.js';
import type { TransportSubject } from './transport-subject.js';

/** Barge-in, and how it ends. */
export const transportLifetimeRules: readonly ContractRule<TransportSubject>[] = [
  {
    title: 'falls silent when an utterance is cancelled, wherever it stands, and carries the next one',
    check: (subject) =>
      LaneRig.with(subject, async (rig) => {
        const lane = await rig.openLane();
        for (const frames of [0, 3, 50]) {
          const utterance = rig.openUtterance(lane);
          await rig.write(lane, utterance, frames);
          if (frames === 50) utterance.end(50 * frameSamples);
          utterance.cancel();
          assert.equal(
            (await rig.endOf(utterance, 'delivery')).outcome,
            'cancelled',
            `after ${frames} frames`,
          );
          assert.equal(
            (await rig.endOf(utterance, 'playout')).outcome,
            'cancelled',
            `after ${frames} frames`,
          );
        }
        const heardBefore = rig.scene.heardSamples();
        const { end } = await rig.speak(lane, 10 * frameSamples);
        assert.equal(end.outcome, 'complete', 'the next one');
        const heard = rig.scene.heardSamples() - heardBefore;
        assert.ok(heard >= 10 * frameSamples, `${heard} samples of the next one are heard`);
        assert.ok(rig.scene.heardSamples() < 40 * frameSamples, 'what was cancelled is heard');
      }),
  },
  {
    title: 'rejects ready() of an utterance that was cancelled',
    check: (subject) =>
      LaneRig.with(subject, async (rig) => {
        const lane = await rig.openLane();
        const utterance = rig.openUtterance(lane);
        utterance.cancel();
        await assertTypedRejection(within(rig.limitMs, 'ready()', utterance.ready()), 'ready()', [
          'ABORTED',
          'DISPOSED',
          'CONNECTION_LOST',
        ]);
      }),
  },
  {
    title: 'lets an utterance be cancelled twice, and after its end: it stays as it was',
    check: (subject) =>
      LaneRig.with(subject, async (rig) => {
        const lane = await rig.openLane();
        const { utterance } = await rig.speak(lane, 3 * frameSamples);
        utterance.cancel();
        utterance.cancel();
        assert.equal((await utterance.played).outcome, 'complete');
      }),
  },
  {
    title: 'gives up opening with ABORTED when its signal is aborted',
    check: (subject) =>
      LaneRig.with(subject, async (rig) => {
        rig.abort.abort();
        const opening = within(rig.limitMs, 'giving up', rig.transport.openLane());
        await assertTypedRejection(opening, 'opening with an aborted signal', ['ABORTED']);
      }),
  },
  {
    title: 'says NO_RECEIVER or LANE_UNAVAILABLE where nobody listens, or opens a media lane',
    check: (subject) =>
      LaneRig.with(
        subject,
        async (rig) => {
          const opening = within(rig.limitMs, 'the answer', rig.transport.openLane());
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
      LaneRig.with(subject, async (rig) => {
        const lane = await rig.openLane();
        const utterance = rig.openUtterance(lane);
        await rig.write(lane, utterance, 4);
        lane.dispose();
        lane.dispose();
        for (const what of ['delivery', 'playout'] as const)
          assert.notEqual((await rig.endOf(utterance, what)).outcome, 'complete');
        rig.transport.dispose();
        rig.transport.dispose();
      }),
  },
  {
    title: 'carries nothing after the lane is disposed, and says so',
    check: (subject) =>
      LaneRig.with(subject, async (rig) => {
        const lane = await rig.openLane();
        lane.dispose();
        let utterance: LaneUtterance;
        try {
          utterance = rig.openUtterance(lane);
        } catch (error) {
          assert.ok(isEloquenceError(error), `throws ${nameOf(error)}`);
          return;
        }
        const { outcome } = await rig.endOf(utterance, 'playout');
        assert.equal(outcome, 'failed');
      }),
  },
  {
    title: 'leaves no timer and no listener behind',
    check: (subject) =>
      LaneRig.with(subject, async (rig) => {
        const lane = await rig.openLane();
        await rig.speak(lane, 3 * frameSamples);
        const utterance = rig.openUtterance(lane);
        await rig.write(lane, utterance, 3);
        rig.dispose();
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.equal(rig.clock.pendingTimers, 0, 'timers left behind');
        assert.equal(getEventListeners(rig.abort.signal, 'abort').length, 0, 'listeners left on the signal');
      }),
  },
];
