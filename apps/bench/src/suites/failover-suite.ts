import { createSeededRandom } from '@eloquence/base';
import { type FailoverLimits, productionFailover } from '@eloquence/delivery';
import { parseLink } from '@eloquence/netlab';
import { answerSpeech, openSimulatedSession, speechLike } from '@eloquence/testbed';
import { runDeath } from '../experiments/death-experiment.js';
import { type BenchResult, toResult } from '../report/bench-report.js';
import { bootstrapQuantile, exactly } from '../statistics/estimate.js';
import { chooseNames, sessionSuite, type Suite, type SuiteContext } from './suite.js';

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

/** What differs from production's limits; production comes first. */
const VARIANTS: readonly FailoverLimits[] = [
  {},
  { silentAfterMs: 300 },
  { silentAfterMs: 600 },
  { silentAfterMs: 2000 },
  { silentAfterRtts: 3 },
  { silentAfterMs: 300, silentAfterRtts: 3 },
  { silentAfterMs: 600, silentAfterRtts: 3 },
  { silentAfterRtts: 12 },
  { reserveMs: 0 },
  { reserveMs: 300 },
  { reserveMs: 1500 },
  { reserveMs: 60_000 },
].map((changes) => ({ ...productionFailover, ...changes }));

/** Results of one cell under some limits, whose label the names of the figures begin with. */
type Measure = (
  prefix: string,
  limits: FailoverLimits,
  count: number,
  context: SuiteContext,
) => Promise<BenchResult[]>;

const CELLS: ReadonlyMap<string, Measure> = new Map<string, Measure>([
  ...RTTS_MS.flatMap((rttMs) =>
    BUFFERS_MS.map((bufferedMs): [string, Measure] => [
      `dead-${rttMs}ms-${bufferedMs / 1000}s`,
      deaths(rttMs, bufferedMs),
    ]),
  ),
  ...LINKS.map((link): [string, Measure] => [`alive-${link}`, alive(link)]),
  ...DARK_MS.map((darkMs): [string, Measure] => [`alive-dark-${darkMs}ms`, alive('A', darkMs)]),
]);

/** When the data lane should count as dead: the silence that a listener hears against changes that nobody needed. */
export function createFailoverSuite(): Suite {
  return sessionSuite(
    {
      name: 'failover',
      summary:
        'Limits of the change to the media lane: silence heard when data channels die, needless changes',
      details: `'dead-…' is what happens when the data channels die for good while the listener holds 0, 2 or 8 s, at round trips of 40,
200 and 400 ms: 'changed' from then to the change of lane, 'silent' the longest silence that is heard, 0 where it is no
longer than a pause of speech. 'alive-…' are links A to F that lose what they lose, spoken to at the pace of a live voice,
which gathers no reserve: changes to the media lane per hour, none of which was needed. 'dark' is link A with a blackout in
each utterance, some 540 an hour. Production's limits come first.
--count is the number of deaths; there are ${ALIVE_PER_DEATH} times as many utterances on each living link.`,
      modes: ['simulated'],
      cellNames: [...CELLS.keys()],
    },
    async (_host, context) => {
      const { options, progress, signal } = context;
      const { count = DEFAULT_COUNT } = options;
      const results: BenchResult[] = [];
      for (const name of chooseNames([...CELLS.keys()], options.only)) {
        progress.step(name);
        for (const limits of VARIANTS) {
          signal.throwIfAborted();
          results.push(...(await CELLS.get(name)!(`${name}.${label(limits)}`, limits, count, context)));
        }
      }
      return { conditions: { count }, results };
    },
  );
}

function label({ silentAfterMs, silentAfterRtts, reserveMs }: FailoverLimits): string {
  return `${silentAfterMs} ms + ${silentAfterRtts} RTT, ${reserveMs} ms`;
}

function deaths(rttMs: number, bufferedMs: number): Measure {
  const link = { ...parseLink('A'), rttMs };
  return async (prefix, limits, count, { options: { seed } }) => {
    const random = createSeededRandom(seed);
    const changed: number[] = [];
    const silent: number[] = [];
    for (let at = 0; at < count; at++) {
      const outcome = await runDeath({ link, seed: seed + at, limits, bufferedMs });
      changed.push(outcome.changedAfterMs);
      silent.push(outcome.silentMs);
    }
    return [
      toResult(`${prefix}.changedP50`, 'ms', bootstrapQuantile(changed, 0.5, random)),
      toResult(`${prefix}.silentP50`, 'ms', bootstrapQuantile(silent, 0.5, random)),
      toResult(`${prefix}.silentP95`, 'ms', bootstrapQuantile(silent, 0.95, random)),
    ];
  };
}

/** @param darkMs duration of a blackout in each utterance */
function alive(name: string, darkMs?: number): Measure {
  return async (prefix, failover, deathCount, { options: { seed }, signal }) => {
    const count = darkMs === undefined ? deathCount * ALIVE_PER_DEATH : deathCount;
    const listeners = [{ name, link: parseLink(name) }];
    const session = await openSimulatedSession({ listeners, seed, failover, lane: 'auto' });
    const { clock } = session;
    const speech = speechLike(answerSpeech.simulatedMs);
    let changes = 0;
    try {
      for (let at = 0; at < count; at++) {
        signal.throwIfAborted();
        if (darkMs !== undefined) {
          clock.setTimer(() => void session.configure(name, { down: true }), DARK_FROM_MS);
          clock.setTimer(() => void session.configure(name, { down: false }), DARK_FROM_MS + darkMs);
        }
        const { metrics } = await session.speak(speech, { kind: 'speed', speed: 1 });
        changes += (metrics.laneChanges ?? []).filter(({ to }) => to === 'media').length;
        await session.pause(PAUSE_MS);
      }
      const hours = clock.nowMs() / 3_600_000;
      return [toResult(`${prefix}.changesPerHour`, '', exactly(changes / hours, count))];
    } finally {
      await session.dispose();
    }
  };
}
