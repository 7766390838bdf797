import { createSeededRandom } from '@eloquence/base';
import type { RandomSource } from '@eloquence/plugin-api';
import { answerSpeech, type SpeechSession } from '@eloquence/testbed';
import { drawTrace, type MixedOutcome, runMixed } from '../experiments/mixed-experiment.js';
import { atMost, type BenchResult, equalTo, toResult } from '../report/bench-report.js';
import { firstAudiosOf, seriesResults, stallsOf } from '../report/utterance-rows.js';
import type { SessionHost } from '../session/session-host.js';
import {
  bootstrapQuantileRatio,
  bootstrapRatio,
  bootstrapRatioDifference,
  inPercent,
  quantileRatio,
  type Ratios,
} from '../statistics/estimate.js';
import { chooseNames, sessionSuite, type Suite, type SuiteContext } from './suite.js';

const AUTO = 'auto';
const PINNED = ['ULTRA_PERFORMANCE', 'BALANCED_OPTIMAL', 'HIGH_THROUGHPUT', 'EMERGENCY_FALLBACK'];
const ARMS: readonly string[] = [AUTO, ...PINNED];
const SIMULATED_MINUTES = 30;
const REAL_MINUTES = 5;
const LISTENER = 'listener';
const MS_A_MINUTE = 60_000;

/** Links that never stay as they are: what the framework chooses against every profile pinned. */
export function createMixedSuite(): Suite {
  return sessionSuite(
    {
      name: 'mixed',
      summary:
        'Links that change every 5 to 20 s: the framework against every pinned profile on the same trace',
      details: `Answers of 6 s, again and again, from a voice four times as fast as real time, to a listener whose link is one
of A to F for 5 to 20 s, then another one, by the seed. All arms follow the same trace with the same
losses; on a server they do so at the same time. --count is the duration of the trace in minutes: 5 on a
server, 30 simulated. 'stalled' is stalled time by speech; an utterance that did not come to its end counts
as stalled from beginning to end. The framework must stall no more than any pinned profile ('-vs-…stalled' at
most 0), and have no later first audio than one that stalls less than it does.`,
      modes: ['real', 'simulated'],
      cellNames: ARMS,
    },
    async (host, context) => {
      const { only, seed, count } = context.options;
      const minutes = count ?? (host.isSimulated ? SIMULATED_MINUTES : REAL_MINUTES);
      const outcomes = await runArms(context, host, chooseNames(ARMS, only), minutes);
      const random = createSeededRandom(seed);
      const auto = outcomes.get(AUTO);
      const results = [...outcomes].flatMap(([name, outcome]) => armResults(name, outcome, random));
      for (const [name, outcome] of outcomes)
        if (name !== AUTO && auto !== undefined) results.push(...versus(name, auto, outcome, random));
      return { conditions: { minutes }, results };
    },
  );
}

/** @returns the outcomes in the order of `names` */
async function runArms(
  { options, progress, signal, onFailure }: SuiteContext,
  host: SessionHost,
  names: readonly string[],
  minutes: number,
): Promise<ReadonlyMap<string, MixedOutcome>> {
  const durationMs = minutes * MS_A_MINUTE;
  const trace = drawTrace(options.seed, durationMs);
  const speech = await host.prepareSpeech(answerSpeech.simulatedMs);
  const open = (name: string): Promise<SpeechSession> =>
    host.open({
      listeners: [{ name: LISTENER, link: trace[0]!.link }],
      seed: options.seed,
      profile: name === AUTO ? undefined : name,
    });
  const run = async (name: string, session: SpeechSession): Promise<[string, MixedOutcome]> => [
    name,
    await runMixed(session, {
      ...{ listener: LISTENER, trace, durationMs, speech, signal },
      onFailure: (line) => onFailure(`${name}, ${line}`),
    }),
  ];
  if (host.isSimulated) {
    const outcomes = new Map<string, MixedOutcome>();
    for (const name of names) {
      progress.step(`${name}, ${minutes} min of changing links`);
      const session = await open(name);
      try {
        outcomes.set(...(await run(name, session)));
      } finally {
        await session.dispose();
      }
    }
    return outcomes;
  }
  const sessions = new Map<string, SpeechSession>();
  try {
    for (const name of names) {
      progress.step(`connecting ${name}`);
      sessions.set(name, await open(name));
    }
    progress.step(`${names.length} arms side by side, ${minutes} min of changing links`);
    const running = [...sessions].map(([name, session]) => run(name, session));
    // All have to settle before the sessions are closed.
    await Promise.allSettled(running);
    return new Map(await Promise.all(running));
  } finally {
    await Promise.all([...sessions.values()].map((session) => session.dispose()));
  }
}

/** Stalls of every utterance; those that were not heard in full count as stalled throughout. */
function stallsOfAll({ utterances, asked }: MixedOutcome): Ratios {
  const lengthMs = utterances[0]?.audioMs ?? answerSpeech.simulatedMs;
  const missing = Array.from({ length: asked - utterances.length }, () => lengthMs);
  const [stalledMs, audioMs] = stallsOf(utterances);
  return [
    [...stalledMs, ...missing],
    [...audioMs, ...missing],
  ];
}

function armResults(name: string, outcome: MixedOutcome, random: RandomSource): BenchResult[] {
  const isAuto = name === AUTO;
  return [
    toResult(`${name}.stalled`, '%', inPercent(bootstrapRatio(stallsOfAll(outcome), random))),
    ...seriesResults(
      name,
      outcome,
      {
        firstAudioP50: null,
        firstAudioP95: null,
        lost: isAuto ? equalTo(0) : null,
        duplicated: isAuto ? equalTo(0) : null,
        completed: isAuto ? equalTo(100) : null,
        wireBytesP50: null,
      },
      random,
    ),
  ];
}

function versus(name: string, auto: MixedOutcome, pinned: MixedOutcome, random: RandomSource): BenchResult[] {
  const difference = bootstrapRatioDifference(stallsOfAll(auto), stallsOfAll(pinned), random);
  const [own, other] = [firstAudiosOf(auto.utterances), firstAudiosOf(pinned.utterances)];
  const p50 = inPercent(bootstrapQuantileRatio(own, other, 0.5, random));
  const p95 = inPercent(quantileRatio(own, other, 0.95));
  const prefix = `${AUTO}-vs-${name}`;
  const stallsLess = (difference.value ?? 0) > 0;
  return [
    toResult(`${prefix}.stalled`, '%', inPercent(difference), atMost(0)),
    toResult(`${prefix}.firstAudioP50`, '%', p50, stallsLess ? atMost(100) : undefined),
    toResult(`${prefix}.firstAudioP95`, '%', p95),
  ];
}
