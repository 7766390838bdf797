import { type PreparedSpeech, referenceLink, type SpeechSession } from '@eloquence/testbed';
import { createRealHost, type SessionHost } from '../session/session-host.js';
import { createSeededRandom } from '@eloquence/base';
import { type RandomSource, toEloquenceError } from '@eloquence/plugin-api';
import {
  type Blackout,
  type BlackoutsOutcome,
  drawBlackouts,
  runBlackouts,
} from '../experiments/blackouts-experiment.js';
import { type BenchResult, toResult } from '../report/bench-report.js';
import { bootstrapQuantile } from '../statistics/bootstrap.js';
import { exactly, inPercent } from '../statistics/estimate.js';
import { wilson } from '../statistics/wilson.js';
import { chooseNames } from './choose-names.js';
import { loadedMachineConditions } from './machine-conditions.js';
import type { Suite, SuiteContext } from './suite.js';

const LINKS: readonly string[] = ['A', 'E', 'F'];
const DEFAULT_COUNT = 3;
const SPEECH_MS = 40_000;
const SEED_STEP = 1000;
const LISTENER = 'listener';
/** Nothing else than a timer of the server's keeps audio back for so long once a link is back, ms. */
const LONG_MS = 1000;

interface ArmChoice {
  readonly server: 'default' | 'window';
  readonly lane: 'data' | 'auto';
}

const ARMS: readonly ArmChoice[] = [
  { server: 'default', lane: 'data' },
  { server: 'default', lane: 'auto' },
  { server: 'window', lane: 'data' },
  { server: 'window', lane: 'auto' },
];

type Hosts = Readonly<Record<ArmChoice['server'], SessionHost>>;

/** Blackouts of the downlink: what the server's congestion window makes of them, and what the media lane is good for. */
export function createBlackoutsSuite(): Suite {
  return {
    name: 'blackouts',
    summary: 'A downlink that goes dark now and then, on a server with and without sctp_min_cwnd',
    details: `40 s of speech at the pace of a live voice to a listener whose downlink goes dark for 0.5 to 2 s every 5 to 7 s. Four
arms at the same time, with the same blackouts: the server as it comes ('default') and with rtc.sctp_min_cwnd 65536
('window'), the data lane alone ('data') and with the media lane to go to ('auto'). 'arrived' is the time from the end of a
blackout until new audio arrived on the data lane, 'silent' for how long after its end nothing was heard on any lane,
'lateArrivals' and 'longSilences' how
often that was a second or more. --count is the number of utterances for each arm.`,
    modes: ['real'],
    takes: ['link'],
    cellNames: LINKS,
    run: async (context) => {
      const { options } = context;
      const names = chooseNames(
        LINKS,
        options.link === undefined ? options.only : [...options.only, options.link],
      );
      const count = options.count ?? DEFAULT_COUNT;
      const asIs = await createRealHost({ ...context, options: { isServerDefault: true } });
      try {
        const host = await createRealHost({ ...context, options: { isServerDefault: false } });
        try {
          const results: BenchResult[] = [];
          for (const name of names)
            results.push(...(await measureLink(name, count, { default: asIs, window: host }, context)));
          context.progress.done();
          const { sctpMinCwnd: _, ...conditions } = host.conditions;
          return {
            suite: 'blackouts',
            conditions: { ...conditions, count, seed: options.seed, ...loadedMachineConditions() },
            results,
          };
        } finally {
          await host.dispose();
        }
      } finally {
        await asIs.dispose();
      }
    },
  };
}

async function measureLink(
  link: string,
  count: number,
  hosts: Hosts,
  context: SuiteContext,
): Promise<BenchResult[]> {
  const { options, progress, signal, onFailure } = context;
  const outcomes = new Map<string, BlackoutsOutcome[]>();
  let blackoutCount = 0;
  for (let at = 0; at < count; at++) {
    signal.throwIfAborted();
    progress.step(`link ${link}, utterance ${at + 1} of ${count}`);
    const seed = options.seed + at * SEED_STEP;
    const blackouts = drawBlackouts(SPEECH_MS, createSeededRandom(seed));
    blackoutCount += blackouts.length;
    const speech = await hosts.window.prepareSpeech(SPEECH_MS);
    const running = ARMS.map(async (arm) => {
      const name = `${link}.${arm.server}.${arm.lane}`;
      const own = outcomes.get(name) ?? [];
      outcomes.set(name, own);
      try {
        own.push(await speakOnce(arm, link, seed, hosts[arm.server], speech, blackouts));
      } catch (error) {
        signal.throwIfAborted();
        const { code, message } = toEloquenceError(error);
        onFailure(`${name}, utterance ${at + 1}: ${code}: ${message}`);
      }
    });
    await Promise.all(running);
  }
  const random = createSeededRandom(options.seed);
  return [
    toResult(`${link}.blackouts`, '', exactly(blackoutCount)),
    ...[...outcomes].flatMap(([name, own]) => armResults(name, own, count, random)),
  ];
}

async function speakOnce(
  { lane }: ArmChoice,
  link: string,
  seed: number,
  host: SessionHost,
  speech: PreparedSpeech,
  blackouts: readonly Blackout[],
): Promise<BlackoutsOutcome> {
  const listeners = [{ name: LISTENER, link: referenceLink(link) }];
  const session: SpeechSession = await host.open({ listeners, seed, lane });
  try {
    return await runBlackouts(session, LISTENER, speech, blackouts);
  } finally {
    await session.dispose();
  }
}

function armResults(
  name: string,
  outcomes: readonly BlackoutsOutcome[],
  asked: number,
  random: RandomSource,
): BenchResult[] {
  const arrived = outcomes.flatMap(({ arrivedAfterMs }) => arrivedAfterMs);
  const silent = outcomes.flatMap(({ silentAfterMs }) => silentAfterMs);
  const count = (values: readonly number[]) => ({ ...exactly(values.length), n: outcomes.length });
  const sum = (read: (outcome: BlackoutsOutcome) => number) => ({
    ...exactly(outcomes.reduce((total, outcome) => total + read(outcome), 0)),
    n: outcomes.length,
  });
  return [
    // While the media lane speaks, nothing has to arrive on the data lane.
    ...(name.endsWith('.auto')
      ? []
      : [
          toResult(`${name}.arrivedP50`, 'ms', bootstrapQuantile(arrived, 0.5, random)),
          toResult(`${name}.arrivedP95`, 'ms', bootstrapQuantile(arrived, 0.95, random)),
          toResult(`${name}.lateArrivals`, '', count(arrived.filter((ms) => ms >= LONG_MS))),
        ]),
    toResult(`${name}.completed`, '%', inPercent(wilson(outcomes.length, asked))),
    toResult(`${name}.silentP50`, 'ms', bootstrapQuantile(silent, 0.5, random)),
    toResult(`${name}.silentP95`, 'ms', bootstrapQuantile(silent, 0.95, random)),
    toResult(`${name}.longSilences`, '', count(silent.filter((ms) => ms >= LONG_MS))),
    toResult(
      `${name}.toMedia`,
      '',
      sum(({ toMedia }) => toMedia),
    ),
    toResult(
      `${name}.toData`,
      '',
      sum(({ toData }) => toData),
    ),
  ];
}
