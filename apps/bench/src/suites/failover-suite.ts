import { type FailoverLimits, productionFailover } from '@eloquence/delivery';
import { createSeededRandom } from '@eloquence/base';
import type { RandomSource } from '@eloquence/plugin-api';
import { runDeath } from '../experiments/death-experiment.js';
import { answerSpeech, openSimulatedSession, referenceLink, speechLike } from '@eloquence/testbed';
import { type BenchResult, toResult } from '../report/bench-report.js';
import { bootstrapQuantile } from '../statistics/bootstrap.js';
import { exactly } from '../statistics/estimate.js';
import { chooseNames } from './choose-names.js';
import { machineConditions } from './machine-conditions.js';
import type { Suite, SuiteContext } from './suite.js';

const RTTS_MS = [40, 200, 400] as const;
const BUFFERS_MS = [0, 2000, 8000] as const;
const LINKS = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
/** Blackouts in the middle of each utterance, on a link that is else good, ms. */
const DARK_MS = [300, 600, 1000] as const;
const DARK_FROM_MS = 2000;
const DEFAULT_COUNT = 20;
/** So many utterances on a living link for each death: the first are rare. */
const ALIVE_PER_DEATH = 10;
const PAUSE_MS = 300;

const VARIANTS: readonly FailoverLimits[] = [
  productionFailover,
  { ...productionFailover, silentAfterMs: 300 },
  { ...productionFailover, silentAfterMs: 600 },
  { ...productionFailover, silentAfterMs: 2000 },
  { ...productionFailover, silentAfterRtts: 3 },
  { ...productionFailover, silentAfterMs: 300, silentAfterRtts: 3 },
  { ...productionFailover, silentAfterMs: 600, silentAfterRtts: 3 },
  { ...productionFailover, silentAfterRtts: 12 },
  { ...productionFailover, reserveMs: 0 },
  { ...productionFailover, reserveMs: 300 },
  { ...productionFailover, reserveMs: 1500 },
  { ...productionFailover, reserveMs: 60_000 },
];

interface Cell {
  readonly name: string;
  measure(limits: FailoverLimits, count: number, context: SuiteContext): Promise<BenchResult[]>;
}

/** When the data lane should count as dead: the silence that a listener hears against changes that nobody needed. */
export function createFailoverSuite(): Suite {
  const cells = createCells();
  return {
    name: 'failover',
    summary: 'Limits of the change to the media lane: silence heard when data channels die, needless changes',
    details: `'dead-…' is what happens when the data channels die for good while the listener holds 0, 2 or 8 s, at round trips of 40,
200 and 400 ms: 'changed' from then to the change of lane, 'silent' the longest silence that is heard, 0 where it is no
longer than a pause of speech. 'alive-…' are links A to F that lose what they lose, spoken to at the pace of a live voice,
which gathers no reserve: changes to the media lane per hour, none of which was needed. 'dark' is link A with a blackout in
each utterance, some 540 an hour. Production's limits come first.
--count is the number of deaths; there are ${ALIVE_PER_DEATH} times as many utterances on each living link.`,
    modes: ['simulated'],
    cellNames: cells.map(({ name }) => name),
    run: async (context) => {
      const { options, progress, signal } = context;
      const names = chooseNames(
        cells.map(({ name }) => name),
        options.only,
      );
      const count = options.count ?? DEFAULT_COUNT;
      const results: BenchResult[] = [];
      for (const cell of cells.filter(({ name }) => names.includes(name))) {
        progress.step(cell.name);
        for (const limits of VARIANTS) {
          signal.throwIfAborted();
          results.push(...(await cell.measure(limits, count, context)));
        }
      }
      progress.done();
      return {
        suite: 'failover',
        conditions: { simulated: true, count, seed: options.seed, ...machineConditions() },
        results,
      };
    },
  };
}

function createCells(): readonly Cell[] {
  const dead = RTTS_MS.flatMap((rttMs) =>
    BUFFERS_MS.map((bufferedMs): Cell => {
      const name = `dead-${rttMs}ms-${bufferedMs / 1000}s`;
      return {
        name,
        measure: async (limits, count, { options }) =>
          deathResults(`${name}.${label(limits)}`, { rttMs, bufferedMs, limits, count, seed: options.seed }),
      };
    }),
  );
  const alive = LINKS.map((link): Cell => ({
    name: `alive-${link}`,
    measure: (limits, count, context) =>
      aliveResults({ name: `alive-${link}`, link, limits, count: count * ALIVE_PER_DEATH }, context),
  }));
  const dark = DARK_MS.map((darkMs): Cell => ({
    name: `alive-dark-${darkMs}ms`,
    measure: (limits, count, context) =>
      aliveResults({ name: `alive-dark-${darkMs}ms`, link: 'A', darkMs, limits, count }, context),
  }));
  return [...dead, ...alive, ...dark];
}

function label({ silentAfterMs, silentAfterRtts, reserveMs }: FailoverLimits): string {
  return `${silentAfterMs} ms + ${silentAfterRtts} RTT, ${reserveMs} ms`;
}

interface Deaths {
  readonly rttMs: number;
  readonly bufferedMs: number;
  readonly limits: FailoverLimits;
  readonly count: number;
  readonly seed: number;
}

async function deathResults(
  name: string,
  { rttMs, bufferedMs, limits, count, seed }: Deaths,
): Promise<BenchResult[]> {
  const link = { ...referenceLink('A'), rttMs };
  const random: RandomSource = createSeededRandom(seed);
  const changed: number[] = [];
  const silent: number[] = [];
  for (let at = 0; at < count; at++) {
    const outcome = await runDeath({ link, seed: seed + at, limits, bufferedMs });
    changed.push(outcome.changedAfterMs);
    silent.push(outcome.silentMs);
  }
  return [
    toResult(`${name}.changedP50`, 'ms', bootstrapQuantile(changed, 0.5, random)),
    toResult(`${name}.silentP50`, 'ms', bootstrapQuantile(silent, 0.5, random)),
    toResult(`${name}.silentP95`, 'ms', bootstrapQuantile(silent, 0.95, random)),
  ];
}

interface Living {
  readonly name: string;
  readonly link: string;
  readonly darkMs?: number;
  readonly limits: FailoverLimits;
  readonly count: number;
}

async function aliveResults(
  { name, link, darkMs, limits, count }: Living,
  { options, signal }: SuiteContext,
): Promise<BenchResult[]> {
  const listeners = [{ name: link, link: referenceLink(link) }];
  const session = await openSimulatedSession({
    ...{ listeners, seed: options.seed, failover: limits },
    lane: 'auto',
  });
  const speech = speechLike(answerSpeech.simulatedMs);
  let changes = 0;
  try {
    for (let at = 0; at < count; at++) {
      signal.throwIfAborted();
      if (darkMs !== undefined) {
        const { clock } = session;
        clock.setTimer(() => void session.configure(link, { down: true }), DARK_FROM_MS);
        clock.setTimer(() => void session.configure(link, { down: false }), DARK_FROM_MS + darkMs);
      }
      const { metrics } = await session.speak(speech, { kind: 'speed', speed: 1 });
      changes += (metrics.laneChanges ?? []).filter(({ to }) => to === 'media').length;
      await session.pause(PAUSE_MS);
    }
    const hours = session.clock.nowMs() / 3_600_000;
    const perHour = { ...exactly(changes / hours), n: count };
    return [toResult(`${name}.${label(limits)}.changesPerHour`, '', perHour)];
  } finally {
    await session.dispose();
  }
}
