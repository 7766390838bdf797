import type { StreamSettings } from '@eloquence/plugin-api';
import { referenceLink } from '../measure/bench-link.js';
import type { Arm, Cell } from '../measure/cell.js';
import { answerSpeech } from '../measure/speeches.js';
import { equalTo } from '../report/target.js';
import type { RowTargets } from '../report/utterance-rows.js';
import { cellSuite } from './cell-suite.js';
import type { Suite } from './suite.js';

const LINKS = ['A', 'B', 'C', 'D', 'E', 'F'] as const;

/** A knob is judged by what it does to the start, to stalls, and to the bytes; what must never change has targets. */
const ROWS: RowTargets = {
  firstAudioP50: null,
  firstAudioP95: null,
  stability: null,
  stalledUtterances: null,
  efficiencyP50: null,
  deliveryP95: null,
  wireBytesP50: null,
  lost: equalTo(0),
  duplicated: equalTo(0),
  completed: equalTo(100),
};

/** What all arms of a knob have in common: the shape of the default profile, or of the emergency one on a narrow link. */
function baseOf(link: string): StreamSettings {
  const isNarrow = link === 'D';
  return {
    codec: isNarrow
      ? { codecId: 'opus', bitrateBps: 12_000, frameMs: 60, complexity: 5 }
      : { codecId: 'opus', bitrateBps: 24_000, frameMs: 20, complexity: 5 },
    batcherId: 'deadline',
    batch: isNarrow ? { firstMs: 120, maxMs: 300 } : { firstMs: 60, maxMs: 340 },
    playout: isNarrow ? { startMs: 480, resumeMs: 600 } : { startMs: 80, resumeMs: 180 },
    leadCapMs: 15_000,
    window: { bandwidthDelayProducts: 1.25, initialPackets: 16 },
    redundancy: { copiedPackets: 2, copyDelaysMs: [45] },
    reportIntervalMs: 200,
  };
}

interface Knob {
  readonly name: string;
  arms(base: StreamSettings): Readonly<Record<string, StreamSettings | 'reliable'>>;
}

const KNOBS: readonly Knob[] = [
  {
    // How the first packets are copied: how many, how often, and how long after the original.
    name: 'copies',
    arms: (base) => {
      const copies = (copiedPackets: number, ...copyDelaysMs: number[]): StreamSettings => ({
        ...base,
        redundancy: { copiedPackets, copyDelaysMs },
      });
      return {
        none: copies(0),
        '2@15': copies(2, 15),
        '2@30': copies(2, 30),
        '2@45': copies(2, 45),
        '2@90': copies(2, 90),
        '3@45': copies(3, 45),
        '2@10+60': copies(2, 10, 60),
        '3@10+60': copies(3, 10, 60),
      };
    },
  },
  {
    // Our own repeat over the lossy channel, or the channel that repeats by itself.
    name: 'channel',
    arms: (base) => ({ repeat: base, reliable: 'reliable' }),
  },
  {
    // What the receiver gathers before it starts.
    name: 'start',
    arms: (base) =>
      Object.fromEntries(
        [40, 80, 120, 180, 300, 480].map((startMs) => [
          `${startMs}ms`,
          { ...base, playout: { ...base.playout, startMs } },
        ]),
      ),
  },
  {
    // First and longest batch.
    name: 'batch',
    arms: (base) =>
      Object.fromEntries(
        [
          [20, 120],
          [40, 240],
          [60, 340],
          [120, 360],
        ].map(([firstMs = 60, maxMs = 340]) => {
          // A batch is never shorter than one frame.
          const first = Math.max(firstMs, base.codec.frameMs);
          return [`${first}-${maxMs}ms`, { ...base, batch: { firstMs: first, maxMs } }];
        }),
      ),
  },
  {
    // Unacknowledged data allowed.
    name: 'window',
    arms: (base) =>
      Object.fromEntries(
        [0.75, 1, 1.25, 2, 4].map((bandwidthDelayProducts) => [
          `${bandwidthDelayProducts}bdp`,
          { ...base, window: { ...base.window, bandwidthDelayProducts } },
        ]),
      ),
  },
  {
    // How often the receiver reports: what the repeat and the END's tail probe learn by.
    name: 'reports',
    arms: (base) =>
      Object.fromEntries(
        [100, 150, 200, 300].map((reportIntervalMs) => [
          `${reportIntervalMs}ms`,
          { ...base, reportIntervalMs },
        ]),
      ),
  },
];

/** Every knob of loss recovery on every link: one knob turned at a time, all else as in the default profile. */
export function createSweepSuite(): Suite {
  return cellSuite({
    name: 'sweep',
    summary: 'Every knob of loss recovery on every link, one at a time; simulated',
    details: `All else is as in the default profile, on link D as in the emergency one. A knob is justified by what it does to\nthe start, to stalls and to the bytes; only what must never change has targets.`,
    modes: ['simulated'],
    count: 200,
    cells: KNOBS.flatMap((knob) => LINKS.map((link) => sweepCell(knob, link))),
  });
}

function sweepCell(knob: Knob, link: string): Cell {
  const base = baseOf(link);
  return {
    name: `${knob.name}-${link}`,
    link: referenceLink(link),
    pace: { kind: 'speed', speed: 4 },
    speech: answerSpeech,
    arms: Object.entries(knob.arms(base)).map(([name, settings]): Arm => ({
      name,
      lane: 'data',
      targets: ROWS,
      ...(settings === 'reliable'
        ? { settings: { ...base, redundancy: { copiedPackets: 0, copyDelaysMs: [] } }, recovery: 'reliable' }
        : { settings }),
    })),
  };
}
