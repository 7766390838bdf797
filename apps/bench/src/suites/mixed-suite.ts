import { answerSpeech, percentile, type SpeechSession, type UtteranceFigures } from '@eloquence/testbed';
import type { SessionHost } from '../session/session-host.js';
import { createSeededRandom } from '@eloquence/base';
import type { RandomSource } from '@eloquence/plugin-api';
import { drawTrace } from '../experiments/link-trace.js';
import { type MixedOutcome, runMixed } from '../experiments/mixed-experiment.js';
import { type BenchResult, toResult } from '../report/bench-report.js';
import { atMost, equalTo } from '../report/target.js';
import { seriesResults } from '../report/utterance-rows.js';
import { bootstrapQuantileRatio, bootstrapRatio, bootstrapRatioDifference } from '../statistics/bootstrap.js';
import { type Estimate, inPercent } from '../statistics/estimate.js';
import { chooseNames } from './choose-names.js';
import { runSessions } from './session-suite.js';
import type { Suite, SuiteContext } from './suite.js';

const AUTO = 'auto';
const PINNED = ['ULTRA_PERFORMANCE', 'BALANCED_OPTIMAL', 'HIGH_THROUGHPUT', 'EMERGENCY_FALLBACK'];
const ARMS: readonly string[] = [AUTO, ...PINNED];
const SIMULATED_MINUTES = 30;
const REAL_MINUTES = 5;
const LISTENER = 'listener';
const MS_A_MINUTE = 60_000;

/** Links that never stay as they are: what the framework chooses against every profile pinned. */
export function createMixedSuite(): Suite {
  return {
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
    run: (context) =>
      runSessions('mixed', context, async (host) => {
        const { options } = context;
        const minutes = options.count ?? (host.isSimulated ? SIMULATED_MINUTES : REAL_MINUTES);
        const names = chooseNames(ARMS, options.only);
        const outcomes = await runArms(context, host, names, minutes);
        const random = createSeededRandom(options.seed);
        const auto = outcomes.get(AUTO);
        return {
          conditions: { minutes },
          results: [
            ...names.flatMap((name) => armResults(name, outcomes.get(name)!, random)),
            ...names
              .filter((name) => name !== AUTO && auto !== undefined)
              .flatMap((name) => versus(name, auto!, outcomes.get(name)!, random)),
          ],
        };
      }),
  };
}

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
      ...(name === AUTO ? {} : { profile: name }),
    });
  const run = (name: string, session: SpeechSession): Promise<MixedOutcome> =>
    runMixed(session, {
      ...{ listener: LISTENER, trace, durationMs, speech, signal },
      onFailure: (line) => onFailure(`${name}, ${line}`),
    });
  const outcomes = new Map<string, MixedOutcome>();
  if (host.isSimulated) {
    for (const name of names) {
      progress.step(`${name}, ${minutes} min of changing links`);
      const session = await open(name);
      try {
        outcomes.set(name, await run(name, session));
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
    const running = [...sessions].map(async ([name, session]) =>
      outcomes.set(name, await run(name, session)),
    );
    // All have to settle before the sessions are closed.
    await Promise.allSettled(running);
    await Promise.all(running);
    return outcomes;
  } finally {
    await Promise.all([...sessions.values()].map((session) => session.dispose()));
  }
}

/** Stalled time and speech of every utterance, in ms; those that were not heard in full count as stalled throughout. */
function stallsOf({ utterances, asked }: MixedOutcome): { stalledMs: number[]; audioMs: number[] } {
  const lengthMs = utterances[0]?.audioMs ?? answerSpeech.simulatedMs;
  const missing = Array.from({ length: asked - utterances.length }, () => lengthMs);
  return {
    stalledMs: [...utterances.map(({ stallMs }) => stallMs ?? 0), ...missing],
    audioMs: [...utterances.map(({ audioMs }) => audioMs), ...missing],
  };
}

function armResults(name: string, outcome: MixedOutcome, random: RandomSource): BenchResult[] {
  const { stalledMs, audioMs } = stallsOf(outcome);
  const isAuto = name === AUTO;
  return [
    toResult(`${name}.stalled`, '%', inPercent(bootstrapRatio(stalledMs, audioMs, random))),
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
  const [own, other] = [stallsOf(auto), stallsOf(pinned)];
  const difference = bootstrapRatioDifference(
    [own.stalledMs, own.audioMs],
    [other.stalledMs, other.audioMs],
    random,
  );
  const stallsLess = (difference.value ?? 0) > 0;
  const ratio = bootstrapQuantileRatio(
    firstAudiosOf(auto.utterances),
    firstAudiosOf(pinned.utterances),
    0.5,
    random,
  );
  return [
    toResult(`${AUTO}-vs-${name}.stalled`, '%', inPercent(difference), atMost(0)),
    toResult(`${AUTO}-vs-${name}.firstAudioP50`, '%', inPercent(ratio), stallsLess ? atMost(100) : undefined),
    toResult(
      `${AUTO}-vs-${name}.firstAudioP95`,
      '%',
      inPercent(quotient(firstAudiosOf(auto.utterances), firstAudiosOf(pinned.utterances), 0.95)),
    ),
  ];
}

function quotient(values: readonly number[], references: readonly number[], share: number): Estimate {
  const value = percentile(values, share);
  const reference = percentile(references, share);
  const ratio = value === null || reference === null || reference <= 0 ? null : value / reference;
  return { value: ratio, low: ratio, high: ratio, n: Math.min(values.length, references.length) };
}

function firstAudiosOf(utterances: readonly UtteranceFigures[]): number[] {
  return utterances.map(({ timeToFirstAudioMs }) => timeToFirstAudioMs).filter((value) => value !== null);
}
