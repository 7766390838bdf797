import { type ContractRule, describeRules, type TestFramework } from '../support/contract-rule.js';
import type { TransportSubject } from './transport-subject.js';
import assert from 'node:assert/strict';
import { isEloquenceError, type Lane, type LaneReport, type LaneUtterance } from '@eloquence/plugin-api';
import { frameSamples, LaneHarness, someStreamSettings } from './lane-harness.js';
import { getEventListeners } from 'node:events';
import { assertTypedRejection, nameOf } from '../support/error-checks.js';
import { within } from '../support/call-limits.js';

/** Speech arrives, whole and in order. */
export const transportSpeechRules: readonly ContractRule<TransportSubject>[] = [
  {
    title: 'accepts its own targets and no others, without throwing',
    async check(subject) {
      const factory = subject.createFactory();
      const harness = await subject.openHarness(1);
      try {
        assert.equal(factory.accepts(harness.target), true, 'its own target');
      } finally {
        await harness.dispose();
      }
      for (const other of [undefined, null, 0, 'room', {}, [], () => undefined, Object.create(null)])
        assert.equal(factory.accepts(other), false, `accepts ${typeof other}`);
    },
  },
  {
    title: 'opens a lane that says what it is, and can at least carry PCM',
    check: (subject) =>
      LaneHarness.with(subject, async (harness) => {
        const lane = await harness.openLane();
        assert.ok(lane.kind === 'data' || lane.kind === 'media', `its kind is '${String(lane.kind)}'`);
        assert.ok(lane.maxPayloadBytes >= 256, `maxPayloadBytes is ${lane.maxPayloadBytes}`);
        assert.ok(lane.canReceive('pcm'), 'cannot carry PCM');
        if (lane.kind === 'data') assert.ok(lane.receiverCount >= 1, 'has no receiver');
      }),
  },
  {
    title: 'carries every sample of an utterance to the listener',
    check: (subject) =>
      LaneHarness.with(subject, async (harness) => {
        const lane = await harness.openLane();
        const sampleCount = 15 * frameSamples;
        const { end } = await harness.speak(lane, sampleCount);
        assert.equal(end.outcome, 'complete');
        assertHeard(harness, lane, sampleCount);
        if (lane.kind === 'data') {
          assert.equal(end.counters.framesSent, 15);
          assert.equal(end.counters.framesPlayed, 15);
        }
      }),
  },
  {
    title: 'carries one sample, and durations that are no whole number of frames',
    check: (subject) =>
      LaneHarness.with(subject, async (harness) => {
        const lane = await harness.openLane();
        let sampleCount = 0;
        for (const samples of [1, frameSamples * 2 + 7]) {
          const { end } = await harness.speak(lane, samples);
          assert.equal(end.outcome, 'complete', `${samples} samples`);
          sampleCount += samples;
        }
        assertHeard(harness, lane, sampleCount);
      }),
  },
  {
    title: 'carries one utterance after the other, in the order in which they were opened',
    check: (subject) =>
      LaneHarness.with(subject, async (harness) => {
        const lane = await harness.openLane();
        const order: number[] = [];
        const utteranceSequences = new Set<number>();
        const ends = [];
        for (let index = 0; index < 3; index++) {
          const utterance = harness.openUtterance(lane);
          utteranceSequences.add(utterance.utteranceSequence);
          await harness.write(lane, utterance, 5);
          utterance.end(5 * frameSamples);
          ends.push(harness.endOf(utterance, 'playout').then(() => order.push(index)));
        }
        await Promise.all(ends);
        assert.deepEqual(order, [0, 1, 2]);
        assert.equal(utteranceSequences.size, 3, 'two utterances have one number');
        assertHeard(harness, lane, 15 * frameSamples);
      }),
  },
  {
    title: 'says when playout starts: once for each utterance, before it ends',
    check: (subject) =>
      LaneHarness.with(subject, async (harness) => {
        const lane = await harness.openLane();
        const utterance = harness.openUtterance(lane);
        const starts: number[] = [];
        utterance.onDidStartPlayout(({ atMs }) => starts.push(atMs));
        await harness.write(lane, utterance, 8);
        utterance.end(8 * frameSamples);
        await harness.endOf(utterance, 'playout');
        assert.equal(starts.length, 1);
        assert.ok(starts[0]! <= harness.clock.nowMs(), 'playout starts in the future');
      }),
  },
  {
    title: 'reports how playout goes (data lanes)',
    check: (subject) =>
      LaneHarness.with(subject, async (harness) => {
        const lane = await harness.openLane();
        const reports: LaneReport[] = [];
        lane.onDidReport((report) => reports.push(report));
        await harness.speak(lane, 15 * frameSamples);
        if (lane.kind === 'data') assert.ok(reports.length > 0, 'no report');
        for (const { receiver, bufferAheadMs, smoothedRttMs, lossPercent } of reports) {
          assert.match(receiver, /\S/);
          const figures = [bufferAheadMs, smoothedRttMs, lossPercent];
          assert.ok(figures.every(Number.isFinite), `a report says ${figures.join(', ')}`);
        }
      }),
  },
  {
    title: 'takes new settings between batches',
    check: (subject) =>
      LaneHarness.with(subject, async (harness) => {
        const lane = await harness.openLane();
        const utterance = harness.openUtterance(lane);
        await harness.write(lane, utterance, 4);
        utterance.applySettings({ ...someStreamSettings, maxBufferAheadMs: 5000, reportIntervalMs: 100 });
        await harness.write(lane, utterance, 4, 4);
        utterance.end(8 * frameSamples);
        assert.equal((await harness.endOf(utterance, 'playout')).outcome, 'complete');
        assertHeard(harness, lane, 8 * frameSamples);
      }),
  },
];

/** A media lane pads its last block, so that a little more may be heard there. */
function assertHeard(harness: LaneHarness, lane: Lane, sampleCount: number): void {
  const heard = harness.harness.heardSamples();
  if (lane.kind === 'data') assert.equal(heard, sampleCount, 'samples heard');
  else assert.ok(heard >= sampleCount, `${heard} of ${sampleCount} samples heard`);
}

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

export const transportRules: readonly ContractRule<TransportSubject>[] = [
  ...transportSpeechRules,
  ...transportLifetimeRules,
];

/** Declares the tests that every contribution to `transports` must pass. */
export function describeTransport(framework: TestFramework, subject: TransportSubject): void {
  describeRules(framework, `transport contract: ${subject.name}`, transportRules, subject);
}
