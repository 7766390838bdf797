import { createSeededRandom } from '@eloquence/base';
import { parseLink } from '@eloquence/netlab';
import { type RandomSource, toEloquenceError } from '@eloquence/plugin-api';
import { answerSpeech, type SpeechSession, type UtteranceFigures } from '@eloquence/testbed';
import { estimate } from '../measure/measure-cells.js';
import { atLeast, atMost, type BenchResult, equalTo, type Target, toResult } from '../report/bench-report.js';
import { definedOf, type NumericFigure, type RowTargets, seriesResults } from '../report/utterance-rows.js';
import type { SessionHost } from '../session/session-host.js';
import { bootstrapQuantileRatio, inPercent } from '../statistics/estimate.js';
import { sessionSuite, type Suite, type SuiteContext } from './suite.js';

/** The first one is compared with itself alone. */
const LINKS = ['A', 'C', 'E'] as const;
const BEST = LINKS[0];
const DEFAULT_COUNT = 50;
/** Utterances of one pair of sessions; then both begin anew, with other losses. */
const ROUND_SIZE = 10;
const SEED_STEP = 1000;
const PACE = { kind: 'speed', speed: 4 } as const;
const PAUSE_MS = 300;
/** How far the figures in company may be from those alone, %. */
const TOLERANCE_PERCENT = 5;

const REPORTED: RowTargets = {
  firstAudioP50: null,
  firstAudioP95: null,
  deliveryP50: null,
  efficiencyP50: null,
  stability: null,
  lost: equalTo(0),
  duplicated: equalTo(0),
  completed: equalTo(100),
};

/** Utterances by series: a listener in company, or the one that is alone. */
type Series = ReadonlyMap<string, UtteranceFigures[]>;

/** Listeners on different links in one room: the bad links must not harm the good one. */
export function createRoomSuite(): Suite {
  return sessionSuite(
    {
      name: 'room',
      summary: 'Listeners on links A, C and E in one room: the one on A as if it were alone',
      details: `Answers of 6 s from a voice four times as fast as real time: one in a room with three listeners on links A, C and
E, one in a room with a listener on A alone, in turns, with the same losses on A in both.
'A-vs-alone' is the ratio of both; 100 % is no difference.`,
      modes: ['real', 'simulated'],
      cellNames: ['A'],
    },
    async (host, context) => {
      const { count = DEFAULT_COUNT, seed } = context.options;
      const series = await speakInTurns(context, host, count);
      const random = createSeededRandom(seed);
      return {
        conditions: { count, links: LINKS.join(', ') },
        results: [
          ...[...series].flatMap(([name, utterances]) =>
            seriesResults(name, { utterances, asked: count }, REPORTED, random),
          ),
          ...compare(series.get(`${BEST}.together`)!, series.get(`${BEST}.alone`)!, random),
        ],
      };
    },
  );
}

async function speakInTurns(context: SuiteContext, host: SessionHost, count: number): Promise<Series> {
  const { options, progress, signal, onFailure, clock } = context;
  const speech = await host.prepareSpeech(answerSpeech.simulatedMs);
  const together = LINKS.map((name) => ({ name, link: parseLink(name) }));
  const series = new Map<string, UtteranceFigures[]>([
    [`${BEST}.together`, []],
    [`${BEST}.alone`, []],
    ...LINKS.slice(1).map((name): [string, UtteranceFigures[]] => [`${name}.together`, []]),
  ]);
  const speak = async (session: SpeechSession, company: string): Promise<void> => {
    try {
      const { heard } = await session.speak(speech, PACE);
      for (const [name, { figures }] of heard) series.get(`${name}.${company}`)?.push(figures);
    } catch (error) {
      signal.throwIfAborted();
      const { code, message } = toEloquenceError(error);
      if (code !== 'DELIVERY_INCOMPLETE') throw error;
      onFailure(`${company}: ${code}: ${message}`);
    }
    await session.pause(PAUSE_MS);
  };
  const startMs = clock.nowMs();
  for (let done = 0; done < count; done += ROUND_SIZE) {
    const seed = options.seed + (done / ROUND_SIZE) * SEED_STEP;
    progress.step(`${done} of ${count} utterances${estimate(clock.nowMs() - startMs, done, count)}`);
    const sessions: SpeechSession[] = [];
    try {
      for (const listeners of [together, together.slice(0, 1)])
        sessions.push(await host.open({ listeners, seed }));
      for (let turn = done; turn < Math.min(count, done + ROUND_SIZE); turn++) {
        signal.throwIfAborted();
        await speak(sessions[0]!, 'together');
        await speak(sessions[1]!, 'alone');
      }
    } finally {
      await Promise.all(sessions.map((session) => session.dispose()));
    }
  }
  return series;
}

function compare(
  together: readonly UtteranceFigures[],
  alone: readonly UtteranceFigures[],
  random: RandomSource,
): BenchResult[] {
  const row = (figure: NumericFigure, name: string, share: number, target?: Target): BenchResult => {
    const [own, other] = [definedOf(together, figure), definedOf(alone, figure)];
    const ratio = bootstrapQuantileRatio(own, other, share, random);
    return toResult(`${BEST}-vs-alone.${name}`, '%', inPercent(ratio), target);
  };
  const most = atMost(100 + TOLERANCE_PERCENT);
  const least = atLeast(100 - TOLERANCE_PERCENT);
  return [
    row('timeToFirstAudioMs', 'firstAudioP50', 0.5, most),
    row('timeToFirstAudioMs', 'firstAudioP95', 0.95),
    row('deliveryMs', 'deliveryP50', 0.5, most),
    row('efficiencyPercent', 'efficiencyP50', 0.5, least),
    row('stabilityPercent', 'stabilityP5', 0.05, least),
  ];
}
