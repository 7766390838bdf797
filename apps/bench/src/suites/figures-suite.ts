import { parseLink } from '@eloquence/netlab';
import { answerSpeech, sampleSpeech } from '@eloquence/testbed';
import type { Cell } from '../measure/measure-cells.js';
import { atLeast, atMost, equalTo } from '../report/bench-report.js';
import type { RowTargets } from '../report/utterance-rows.js';
import { cellSuite } from './cell-suite.js';
import type { Suite } from './suite.js';

/** What holds for speech on the data lane wherever it is sent. */
const COMPLETE: RowTargets = {
  lost: equalTo(0),
  duplicated: equalTo(0),
  equalDigests: equalTo(100),
  completed: equalTo(100),
};

const REPORTED: RowTargets = {
  firstAudioP50: null,
  firstAudioP95: null,
  deliveryP50: null,
  deliveryP95: null,
  efficiencyP50: null,
  stalledUtterances: null,
  stability: null,
  wireBytesP50: null,
  wireEfficiencyP50: null,
};

/** The table of the README: what a voice agent's answer comes to on links of every kind. */
export function createFiguresSuite(): Suite {
  return cellSuite({
    name: 'figures',
    summary: "The README's table: a prepared sentence beside the 10 ms loop, a live voice on A, B, S, E, F",
    details: `Each row as the README shows it. The prepared sentence is there at once; the live voice is four times as fast as\nreal time.`,
    modes: ['real', 'simulated'],
    count: 20,
    cells: [
      instantCell(),
      liveCell('A', { firstAudioP50: atMost(42), efficiencyP50: atLeast(95) }),
      liveCell('B', { firstAudioP50: atMost(78), efficiencyP50: atLeast(95) }),
      liveCell('S', { efficiencyP50: atLeast(95) }),
      liveCell('E', { firstAudioP50: atMost(60) }),
      liveCell('F', {}),
    ],
  });
}

function instantCell(): Cell {
  return {
    name: 'S-instant',
    link: parseLink('S'),
    pace: { kind: 'instant' },
    speech: sampleSpeech,
    arms: [
      {
        name: 'data',
        lane: 'data',
        targets: {
          ...REPORTED,
          firstAudioP50: atMost(42),
          deliveryP50: atMost(120),
          referenceEfficiencyP50: null,
          ...COMPLETE,
        },
      },
      {
        name: 'legacy',
        lane: 'legacy',
        targets: {
          firstAudioP50: null,
          firstAudioP95: null,
          deliveryP50: atLeast(4000),
          referenceEfficiencyP50: atLeast(4.5),
          wireBytesP50: null,
        },
      },
    ],
  };
}

/** A voice that is four times as fast as real time. */
function liveCell(link: string, targets: RowTargets): Cell {
  return {
    name: `${link}-live`,
    link: parseLink(link),
    pace: { kind: 'speed', speed: 4 },
    speech: answerSpeech,
    arms: [{ name: '', lane: 'data', targets: { ...REPORTED, ...targets, ...COMPLETE } }],
  };
}
