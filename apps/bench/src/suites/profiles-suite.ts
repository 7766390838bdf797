import { parseLink } from '@eloquence/netlab';
import { answerSpeech, minuteSpeech, type Speech } from '@eloquence/testbed';
import type { Cell } from '../measure/measure-cells.js';
import { atLeast, atMost, equalTo } from '../report/bench-report.js';
import { cellSuite } from './cell-suite.js';
import type { Suite } from './suite.js';

/** Each profile, pinned, on the link that it is made for. */
export function createProfilesSuite(): Suite {
  return cellSuite({
    name: 'profiles',
    summary: 'Each profile on the link that it is made for: efficiency, first audio, stability',
    details: `Speech of 6 s, of 60 s for HIGH_THROUGHPUT, from a voice four times as fast as real time. Sessions run side by
side, since a minute of speech takes a minute to be heard: on a quiet machine with two cores six do not
disturb each other, and the whole takes about a quarter of an hour.`,
    modes: ['real', 'simulated'],
    count: 50,
    parallel: 6,
    cells: [
      profileCell('ULTRA_PERFORMANCE', 'A', 97.2, 42),
      profileCell('BALANCED_OPTIMAL', 'B', 95.5, 78),
      profileCell('HIGH_THROUGHPUT', 'S', 94.8, 156, minuteSpeech),
      profileCell('EMERGENCY_FALLBACK', 'E', 88.3, 234),
      profileCell('EMERGENCY_FALLBACK', 'F', 88.3, 234),
    ],
  });
}

function profileCell(
  profile: string,
  link: string,
  efficiencyPercent: number,
  firstAudioMs: number,
  speech: Speech = answerSpeech,
): Cell {
  return {
    name: `${profile}-${link}`,
    link: parseLink(link),
    pace: { kind: 'speed', speed: 4 },
    speech,
    arms: [
      {
        name: '',
        lane: 'data',
        profile,
        targets: {
          efficiencyP50: atLeast(efficiencyPercent),
          firstAudioP50: atMost(firstAudioMs),
          firstAudioP95: null,
          stability: atLeast(99.5),
          stalledUtterances: null,
          lost: equalTo(0),
          duplicated: equalTo(0),
          equalDigests: equalTo(100),
          wireEfficiencyP50: null,
          completed: equalTo(100),
        },
      },
    ],
  };
}
