import { parseLink } from '@eloquence/netlab';
import type { StreamSettings } from '@eloquence/plugin-api';
import { builtinProfiles, tunedForBandwidth } from '@eloquence/profiles';
import { answerSpeech } from '@eloquence/testbed';
import type { Arm, Cell } from '../measure/measure-cells.js';
import { equalTo } from '../report/bench-report.js';
import type { RowTargets } from '../report/utterance-rows.js';
import { type Knob, knobs, productionVariant, type Variant } from '../sweep/knobs.js';
import { EXPECTED } from './auto-choice.js';
import { cellSuite } from './cell-suite.js';
import type { Suite } from './suite.js';

const REPORTED: RowTargets = {
  firstAudioP50: null,
  firstAudioP95: null,
  stability: null,
  stalledUtterances: null,
  longStalls: null,
  efficiencyP50: null,
  deliveryP95: null,
  wireBytesP50: null,
};

/** A knob is judged by what it does to the start, to stalls, and to the bytes; what must never change has targets. */
const ROWS: RowTargets = { ...REPORTED, lost: equalTo(0), duplicated: equalTo(0), completed: equalTo(100) };

/** That the reliable channel fails to deliver in time is something to know, not a fault of ours. */
const RELIABLE_ROWS: RowTargets = { ...REPORTED, lost: null, duplicated: null, completed: null };

/** Every knob of loss recovery on every link: one knob turned at a time, all else as in production. */
export function createSweepSuite(): Suite {
  return cellSuite({
    name: 'sweep',
    summary: 'Every knob of loss recovery on every link, one at a time',
    details: `All else is as in the profile that the framework chooses on that link. A knob is justified by what it does to the
start, to stalls and to the bytes; only what must never change has targets. All arms of a knob take turns in one session
each; on a server choose a knob or two, all of them take a day. With --markdown, one table for each knob, with the
value that production has in bold.`,
    modes: ['real', 'simulated'],
    count: 20,
    simulatedCount: 200,
    cells: knobs.flatMap((knob) => Object.keys(EXPECTED).map((link) => sweepCell(knob, link))),
    conditions: (cells) => ({
      titles: Object.fromEntries(knobs.map(({ name, title }) => [name, title])),
      production: Object.fromEntries(cells.map(({ name, arms }) => [name, arms[0]?.name ?? ''])),
    }),
  });
}

/** What an utterance on this link is spoken with, unless a knob is turned. */
function productionSettings(link: string): StreamSettings {
  const { settings } = builtinProfiles[EXPECTED[link] ?? 'BALANCED_OPTIMAL'];
  // As the rules fit them once it is known what the link carries.
  const capacityBytesPerSecond = (1000 * parseLink(link).rateKbps) / 8;
  return tunedForBandwidth(settings, capacityBytesPerSecond) ?? settings;
}

/** Production's own value comes first. */
function sweepCell(knob: Knob, link: string): Cell {
  const production = productionVariant(productionSettings(link));
  const byLabel = new Map([[armName(knob, production), production]]);
  for (const variant of knob.variants(production)) {
    const name = armName(knob, variant);
    if (!byLabel.has(name)) byLabel.set(name, variant);
  }
  return {
    name: `${knob.name}-${link}`,
    link: parseLink(link),
    pace: { kind: 'speed', speed: 4 },
    speech: answerSpeech,
    arms: [...byLabel].map(([name, variant]) => toArm(name, variant)),
  };
}

/** Dots separate the parts of a figure's name. */
function armName(knob: Knob, variant: Variant): string {
  return knob.label(variant).replaceAll('.', ',');
}

function toArm(name: string, { settings, channel, tuning }: Variant): Arm {
  return {
    name,
    lane: 'data',
    settings,
    recovery: { recovery: channel, recoveryTuning: tuning },
    targets: channel === 'reliable' ? RELIABLE_ROWS : ROWS,
  };
}
