import { createSeededRandom } from '@eloquence/base';
import { parseLink } from '@eloquence/netlab';
import { type RandomSource, toEloquenceError } from '@eloquence/plugin-api';
import type { PreparedSpeech } from '@eloquence/testbed';
import {
  type Blackout,
  type BlackoutsOutcome,
  drawBlackouts,
  runBlackouts,
} from '../experiments/blackouts-experiment.js';
import { type BenchResult, toResult } from '../report/bench-report.js';
import { createRealHost, type SessionHost } from '../session/session-host.js';
import { bootstrapQuantile, type Estimate, exactly, inPercent, wilson } from '../statistics/estimate.js';
import { chooseLinks, sessionSuite, type Suite, type SuiteContext } from './suite.js';

const LINKS: readonly string[] = ['A', 'E', 'F'];
const DEFAULT_COUNT = 3;
const SPEECH_MS = 40_000;
const SEED_STEP = 1000;
const LISTENER = 'listener';
/** Nothing else than a timer of the server's keeps audio back for so long once a link is back, ms. */
const LONG_MS = 1000;

const ARMS = [
  { server: 'default', lane: 'data' },
  { server: 'default', lane: 'auto' },
  { server: 'window', lane: 'data' },
  { server: 'window', lane: 'auto' },
] as const;

type Hosts = Readonly<Record<(typeof ARMS)[number]['server'], SessionHost>>;

/** Blackouts of the downlink: what the server's congestion window makes of them, and what the media lane is good for. */
export function createBlackoutsSuite(): Suite {
  return sessionSuite(
    {
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
    },
    async (host, context) => {
      const { count = DEFAULT_COUNT } = context.options;
      const names = chooseLinks(LINKS, context.options);
      const hosts = {
        window: host,
        default: await createRealHost({ ...context, options: { isServerDefault: true } }),
      };
      try {
        const results: BenchResult[] = [];
        for (const name of names) results.push(...(await measureLink(name, count, hosts, context)));
        return { conditions: { count, sctpMinCwnd: undefined }, results };
      } finally {
        await hosts.default.dispose();
      }
    },
  );
}

async function measureLink(
  link: string,
  count: number,
  hosts: Hosts,
  context: SuiteContext,
): Promise<BenchResult[]> {
  const { options, progress, signal, onFailure } = context;
  const outcomes = ARMS.map(({ server, lane }) => ({
    ...{ server, lane, name: `${link}.${server}.${lane}` },
    own: new Array<BlackoutsOutcome>(),
  }));
  let blackoutCount = 0;
  for (let at = 0; at < count; at++) {
    signal.throwIfAborted();
    progress.step(`link ${link}, utterance ${at + 1} of ${count}`);
    const seed = options.seed + at * SEED_STEP;
    const blackouts = drawBlackouts(SPEECH_MS, createSeededRandom(seed));
    blackoutCount += blackouts.length;
    const speech = await hosts.window.prepareSpeech(SPEECH_MS);
    const running = outcomes.map(async ({ server, lane, name, own }) => {
      try {
        own.push(await speakOnce(hosts[server], lane, link, seed, speech, blackouts));
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
    ...outcomes.flatMap(({ name, lane, own }) => armResults(name, lane, own, count, random)),
  ];
}

async function speakOnce(
  host: SessionHost,
  lane: 'data' | 'auto',
  link: string,
  seed: number,
  speech: PreparedSpeech,
  blackouts: readonly Blackout[],
): Promise<BlackoutsOutcome> {
  const session = await host.open({ listeners: [{ name: LISTENER, link: parseLink(link) }], seed, lane });
  try {
    return await runBlackouts(session, LISTENER, speech, blackouts);
  } finally {
    await session.dispose();
  }
}

function armResults(
  name: string,
  lane: 'data' | 'auto',
  outcomes: readonly BlackoutsOutcome[],
  asked: number,
  random: RandomSource,
): BenchResult[] {
  const arrived = outcomes.flatMap(({ arrivedAfterMs }) => arrivedAfterMs);
  const silent = outcomes.flatMap(({ silentAfterMs }) => silentAfterMs);
  const row = (figure: string, unit: string, estimate: Estimate): BenchResult =>
    toResult(`${name}.${figure}`, unit, estimate);
  const total = (values: readonly number[]): Estimate =>
    exactly(
      values.reduce((sum, value) => sum + value, 0),
      outcomes.length,
    );
  const long = (values: readonly number[]): Estimate => total(values.map((ms) => (ms >= LONG_MS ? 1 : 0)));
  // While the media lane speaks, nothing has to arrive on the data lane.
  const arrivals =
    lane === 'auto'
      ? []
      : [
          row('arrivedP50', 'ms', bootstrapQuantile(arrived, 0.5, random)),
          row('arrivedP95', 'ms', bootstrapQuantile(arrived, 0.95, random)),
          row('lateArrivals', '', long(arrived)),
        ];
  return [
    ...arrivals,
    row('completed', '%', inPercent(wilson(outcomes.length, asked))),
    row('silentP50', 'ms', bootstrapQuantile(silent, 0.5, random)),
    row('silentP95', 'ms', bootstrapQuantile(silent, 0.95, random)),
    row('longSilences', '', long(silent)),
    row('toMedia', '', total(outcomes.map(({ toMedia }) => toMedia))),
    row('toData', '', total(outcomes.map(({ toData }) => toData))),
  ];
}
