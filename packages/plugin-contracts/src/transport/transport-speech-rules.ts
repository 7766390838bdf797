import assert from 'node:assert/strict';
import type { Lane, LaneReport } from '@eloquence/plugin-api';
import type { ContractRule } from '../support/contract-rule.js';
import { LaneRig, frameSamples, someStreamSettings } from './lane-rig.js';
import type { TransportSubject } from './transport-subject.js';

/** Speech arrives, whole and in order. */
export const transportSpeechRules: readonly ContractRule<TransportSubject>[] = [
  {
    title: 'accepts its own targets and no others, without throwing',
    async check(subject) {
      const factory = subject.createFactory();
      const scene = await subject.openScene(1);
      try {
        assert.equal(factory.accepts(scene.target), true, 'its own target');
      } finally {
        await scene.dispose();
      }
      for (const other of [undefined, null, 0, 'room', {}, [], () => undefined, Object.create(null)])
        assert.equal(factory.accepts(other), false, `accepts ${typeof other}`);
    },
  },
  {
    title: 'opens a lane that says what it is, and can at least carry PCM',
    check: (subject) =>
      LaneRig.with(subject, async (rig) => {
        const lane = await rig.openLane();
        assert.ok(lane.kind === 'data' || lane.kind === 'media', `its kind is '${String(lane.kind)}'`);
        assert.ok(lane.maxPayloadBytes >= 256, `maxPayloadBytes is ${lane.maxPayloadBytes}`);
        assert.ok(lane.canReceive('pcm'), 'cannot carry PCM');
        if (lane.kind === 'data') assert.ok(lane.receiverCount >= 1, 'has no receiver');
      }),
  },
  {
    title: 'carries every sample of an utterance to the listener',
    check: (subject) =>
      LaneRig.with(subject, async (rig) => {
        const lane = await rig.openLane();
        const sampleCount = 15 * frameSamples;
        const { end } = await rig.speak(lane, sampleCount);
        assert.equal(end.outcome, 'complete');
        assertHeard(rig, lane, sampleCount);
        if (lane.kind === 'data') {
          assert.equal(end.counters.framesSent, 15);
          assert.equal(end.counters.framesPlayed, 15);
        }
      }),
  },
  {
    title: 'carries one sample, and durations that are no whole number of frames',
    check: (subject) =>
      LaneRig.with(subject, async (rig) => {
        const lane = await rig.openLane();
        let sampleCount = 0;
        for (const samples of [1, frameSamples * 2 + 7]) {
          const { end } = await rig.speak(lane, samples);
          assert.equal(end.outcome, 'complete', `${samples} samples`);
          sampleCount += samples;
        }
        assertHeard(rig, lane, sampleCount);
      }),
  },
  {
    title: 'carries one utterance after the other, in the order in which they were opened',
    check: (subject) =>
      LaneRig.with(subject, async (rig) => {
        const lane = await rig.openLane();
        const order: number[] = [];
        const generations = new Set<number>();
        const ends = [];
        for (let index = 0; index < 3; index++) {
          const utterance = rig.openUtterance(lane);
          generations.add(utterance.generation);
          await rig.write(lane, utterance, 5);
          utterance.end(5 * frameSamples);
          ends.push(rig.endOf(utterance, 'playout').then(() => order.push(index)));
        }
        await Promise.all(ends);
        assert.deepEqual(order, [0, 1, 2]);
        assert.equal(generations.size, 3, 'two utterances have one number');
        assertHeard(rig, lane, 15 * frameSamples);
      }),
  },
  {
    title: 'says when playout starts: once for each utterance, before it ends',
    check: (subject) =>
      LaneRig.with(subject, async (rig) => {
        const lane = await rig.openLane();
        const utterance = rig.openUtterance(lane);
        const starts: number[] = [];
        utterance.onDidStartPlayout(({ atMs }) => starts.push(atMs));
        await rig.write(lane, utterance, 8);
        utterance.end(8 * frameSamples);
        await rig.endOf(utterance, 'playout');
        assert.equal(starts.length, 1);
        assert.ok(starts[0]! <= rig.clock.nowMs(), 'playout starts in the future');
      }),
  },
  {
    title: 'reports how playout goes (data lanes)',
    check: (subject) =>
      LaneRig.with(subject, async (rig) => {
        const lane = await rig.openLane();
        const reports: LaneReport[] = [];
        lane.onDidReport((report) => reports.push(report));
        await rig.speak(lane, 15 * frameSamples);
        if (lane.kind === 'data') assert.ok(reports.length > 0, 'no report');
        for (const { receiver, leadMs, smoothedRttMs, lossPercent } of reports) {
          assert.match(receiver, /\S/);
          const figures = [leadMs, smoothedRttMs, lossPercent];
          assert.ok(figures.every(Number.isFinite), `a report says ${figures.join(', ')}`);
        }
      }),
  },
  {
    title: 'takes new settings between batches',
    check: (subject) =>
      LaneRig.with(subject, async (rig) => {
        const lane = await rig.openLane();
        const utterance = rig.openUtterance(lane);
        await rig.write(lane, utterance, 4);
        utterance.applySettings({ ...someStreamSettings, leadCapMs: 5000, reportIntervalMs: 100 });
        await rig.write(lane, utterance, 4, 4);
        utterance.end(8 * frameSamples);
        assert.equal((await rig.endOf(utterance, 'playout')).outcome, 'complete');
        assertHeard(rig, lane, 8 * frameSamples);
      }),
  },
];

/** A media lane pads its last block, so that a little more may be heard there. */
function assertHeard(rig: LaneRig, lane: Lane, sampleCount: number): void {
  const heard = rig.scene.heardSamples();
  if (lane.kind === 'data') assert.equal(heard, sampleCount, 'samples heard');
  else assert.ok(heard >= sampleCount, `${heard} of ${sampleCount} samples heard`);
}
