import type { AccessLink } from '@eloquence/netlab';
import { referenceLink } from '../measure/bench-link.js';
import type { Cell } from '../measure/cell.js';
import { answerSpeech } from '../measure/speeches.js';
import { toResult } from '../report/bench-report.js';
import { atLeast, atMost, equalTo } from '../report/target.js';
import { exactly } from '../statistics/estimate.js';
import { cellSuite } from './cell-suite.js';
import type { Suite } from './suite.js';

/** Every reference link, with whatever profile the framework chooses. */
export function createLinksSuite(): Suite {
  return cellSuite({
    name: 'links',
    summary: 'Every reference link, the profile chosen by the framework: first audio, stability',
    modes: ['real', 'simulated'],
    count: 50,
    cells: [
      linkCell('A', 27, 33, 99.9),
      linkCell('B', 58, 90, 99.9),
      linkCell('C', 150, 240, 99.5),
      linkCell('D', 500, 1000, 98),
      linkCell('E', 42, 80, 99.5),
      linkCell('F', 110, 250, 99.5),
    ],
    cellResults: ({ name, link }) => [
      toResult(`${name}.physicalLimit`, 'ms', exactly(physicalLimitMs(link))),
    ],
  });
}

function linkCell(link: string, p50Ms: number, p95Ms: number, stabilityPercent: number): Cell {
  return {
    name: link,
    link: referenceLink(link),
    pace: { kind: 'speed', speed: 4 },
    speech: answerSpeech,
    arms: [
      {
        name: 'auto',
        lane: 'data',
        targets: {
          firstAudioP50: atMost(p50Ms),
          firstAudioP95: atMost(p95Ms),
          stability: atLeast(stabilityPercent),
          stalledUtterances: null,
          efficiencyP50: null,
          deliveryP50: null,
          lost: equalTo(0),
          duplicated: equalTo(0),
          wireBytesP50: null,
          completed: equalTo(100),
        },
      },
    ],
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
