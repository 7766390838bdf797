import { type AccessLink, parseLink } from '@eloquence/netlab';
import { answerSpeech } from '@eloquence/testbed';
import type { Arm, Cell } from '../measure/measure-cells.js';
import { atLeast, atMost, equalTo, type Target, toResult } from '../report/bench-report.js';
import type { RowTargets } from '../report/utterance-rows.js';
import { exactly } from '../statistics/estimate.js';
import { AUTO, bestPinnedResults, choiceResults, PINNED_PROFILES } from './auto-choice.js';
import { cellSuite } from './cell-suite.js';
import type { Suite, SuiteOptions } from './suite.js';

/** What is told of every arm on the data lane. */
const REPORTED: RowTargets = {
  firstAudioP50: null,
  firstAudioP95: null,
  stability: null,
  stalledUtterances: null,
  efficiencyP50: null,
  deliveryP50: null,
  lost: equalTo(0),
  duplicated: equalTo(0),
  wireBytesP50: null,
};

/** The rival: what can be heard of a lane that counts no frames. */
const AGENTS: Arm = {
  name: 'agents',
  lane: 'agents',
  targets: {
    firstAudioP50: null,
    firstAudioP95: null,
    deliveryP50: null,
    concealedP50: null,
    wireBytesP50: null,
    completed: null,
  },
};

/** Every reference link, with whatever profile the framework chooses. */
export function createLinksSuite(): Suite {
  return cellSuite({
    name: 'links',
    summary:
      'Every reference link, the profile chosen by the framework, beside LiveKit Agents: first audio, stability',
    details: `Speech of 6 s from a voice four times as fast as real time. On a server, the room output of LiveKit Agents takes
turns with the framework, utterance by utterance, on the same link; what it does is heard, by its loudness.
'expectedProfile' is the share of sessions in which the second utterance was in the profile that the rules
foresee for the link: A ULTRA_PERFORMANCE; B and C BALANCED_OPTIMAL; D, E and F EMERGENCY_FALLBACK.
--pinned lets three pinned profiles take turns with the framework's choice, and compares it with the best.
An utterance takes seven seconds for each arm: use --parallel where the machine has cores to spare.`,
    modes: ['real', 'simulated'],
    takesPinned: true,
    count: 50,
    parallel: 2,
    cells: [
      linkCell('A', 27, 33, 99.9),
      linkCell('B', 58, 90, 99.9),
      linkCell('C', 150, 240, 99.5),
      linkCell('D', 500, 1000, 98),
      linkCell('E', 42, 80, 99.5),
      linkCell('F', 110, 250, 99.5),
    ],
    adapt: withRivals,
    cellResults: (cell, arms, { random, onNote }) => [
      ...choiceResults(cell, arms),
      ...bestPinnedResults(cell, arms, random, onNote),
      toResult(`${cell.name}.physicalLimit`, 'ms', exactly(physicalLimitMs(cell.link))),
    ],
  });
}

function linkCell(link: string, p50Ms: number, p95Ms: number, stabilityPercent: number): Cell {
  const targets: Record<'firstAudioP50' | 'firstAudioP95' | 'stability' | 'completed', Target> = {
    firstAudioP50: atMost(p50Ms),
    firstAudioP95: atMost(p95Ms),
    stability: atLeast(stabilityPercent),
    completed: equalTo(100),
  };
  return {
    name: link,
    link: parseLink(link),
    pace: { kind: 'speed', speed: 4 },
    speech: answerSpeech,
    arms: [{ name: AUTO, lane: 'data', targets: { ...REPORTED, ...targets } }],
  };
}

function withRivals(cell: Cell, { isSimulated, isPinned }: SuiteOptions): Cell {
  // A link may be too bad for a profile that is pinned to it, which is no failure of the framework's choice.
  const targets: RowTargets = { ...REPORTED, lost: null, duplicated: equalTo(0), completed: null };
  const pinned = PINNED_PROFILES.map((profile): Arm => ({ name: profile, lane: 'data', profile, targets }));
  return {
    ...cell,
    arms: [...cell.arms, ...(isSimulated ? [] : [AGENTS]), ...(isPinned === true ? pinned : [])],
  };
}

/** Audio in the smallest first packet that any profile sends, ms, and its bitrate, kbit/s. */
const FIRST_PACKET_MS = 40;
const FIRST_PACKET_KBPS = 12;
/** Headers of LiveKit, SCTP, DTLS, UDP and IP around one packet, bytes. */
const HEADER_BYTES = 155;

/**
 * Earliest first audio that the link allows, ms: the one-way delay and the serialisation of a first packet as small
 * as any profile's, without jitter, queueing, loss, or any time spent by a computer.
 */
export function physicalLimitMs({ rttMs, rateKbps }: AccessLink): number {
  const bits = FIRST_PACKET_MS * FIRST_PACKET_KBPS + 8 * HEADER_BYTES;
  return rttMs / 2 + (rateKbps > 0 ? bits / rateKbps : 0);
}
