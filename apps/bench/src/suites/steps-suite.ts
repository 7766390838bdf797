import { createSeededRandom } from '@eloquence/base';
import { toEloquenceError } from '@eloquence/plugin-api';
import { type PreparedSpeech, runPool } from '@eloquence/testbed';
import {
  type LinkStep,
  runStep,
  STEP_LINK as LINK,
  STEP_SPEECH_MS as SPEECH_MS,
  type StepOutcome,
  STEPS,
} from '../experiments/step-experiment.js';
import { estimate } from '../measure/measure-cells.js';
import { atMost, type BenchResult, equalTo, toResult } from '../report/bench-report.js';
import { seriesResults } from '../report/utterance-rows.js';
import type { SessionHost } from '../session/session-host.js';
import { bootstrapQuantile, inPercent, wilson } from '../statistics/estimate.js';
import { chooseNames, sessionSuite, type Suite, type SuiteContext } from './suite.js';

const DEFAULT_COUNT = 50;
const DEFAULT_PARALLEL = 4;
/** The voice has spoken after 7.5 s: it speaks on while the link changes, and for a while after it is back. */
const SPEED = 4;
/** When the step comes, after the beginning of the utterance: at no fixed phase of reports and packets. */
const EARLIEST_STEP_MS = 1500;
const STEP_SPREAD_MS = 1000;
const SEED_STEP = 1000;
const LISTENER = 'listener';

/** Links that change in the midst of an utterance, and back: how soon the sender notices, and what is heard of it. */
export function createStepsSuite(): Suite {
  return sessionSuite(
    {
      name: 'steps',
      summary: 'A link that changes during 30 s of speech, and back: reaction, decision, stalls',
      details: `A voice four times as fast as real time, which speaks for 7.5 s; the step comes after 1.5 to 2.5 s, and lasts for
3 s, a blackout for 1 s: the voice still speaks when the link is back. Steps: 2 Mbit/s to 300 kbit/s,
blackout, RTT 40 to 300 ms, 0 to 10 % loss. Every run is a session of its own. 'protection' is the time from the step until the sender
became careful in any way, 'decision' until a profile was in force that is robust enough, over the runs in
which none was before the step (its n), 'resume' the time from the
end of the step until new audio arrived. Stalls are counted by what playout was missing: a lost packet while
later ones were there (hole), or everything (starved); each is told with its time on standard error.`,
      modes: ['real', 'simulated'],
      takes: ['parallel'],
      cellNames: [...STEPS.keys()],
    },
    async (host, context) => {
      const { seed, only, count = DEFAULT_COUNT, ...options } = context.options;
      const parallel = host.isSimulated ? 1 : (options.parallel ?? DEFAULT_PARALLEL);
      const names = chooseNames([...STEPS.keys()], only);
      const outcomes = await runAll(context, host, { names, count, parallel });
      return {
        conditions: { count, sourceSpeed: SPEED, ...(host.isSimulated ? {} : { parallel }) },
        results: names.flatMap((name) => stepResults(name, outcomes.get(name) ?? [], count, seed)),
      };
    },
  );
}

interface Run {
  readonly name: string;
  readonly index: number;
}

async function runAll(
  { options, clock, progress, signal, onFailure, onNote }: SuiteContext,
  host: SessionHost,
  { names, count, parallel }: { names: readonly string[]; count: number; parallel: number },
): Promise<ReadonlyMap<string, readonly StepOutcome[]>> {
  const speech = await host.prepareSpeech(SPEECH_MS);
  const random = createSeededRandom(options.seed);
  const atMs = Array.from({ length: count }, () => EARLIEST_STEP_MS + STEP_SPREAD_MS * random.next());
  const runs = atMs.flatMap((_, index) => names.map((name): Run => ({ name, index })));
  let ended = 0;
  const startMs = clock.nowMs();
  progress.step(`${runs.length} runs`);
  const outcomes = await runPool(runs, {
    ...{ parallel, signal },
    onChange: (running) => {
      const texts = running.map(({ name, index }) => `${name} ${index + 1}`);
      const left = estimate(clock.nowMs() - startMs, ended, runs.length);
      const now = texts.length === 0 ? '' : `: ${texts.join(', ')}`;
      progress.update(`${ended} of ${runs.length} runs done${left}${now}`);
    },
    run: async ({ name, index }): Promise<StepOutcome | undefined> => {
      const step: LinkStep = { ...STEPS.get(name)!, atMs: atMs[index]! };
      try {
        const outcome = await inSession(host, options.seed + SEED_STEP * index, step, speech);
        for (const line of describeStalls(outcome)) onNote(`${name}, run ${index + 1}: ${line}`);
        return outcome;
      } catch (error) {
        signal.throwIfAborted();
        const { code, message } = toEloquenceError(error);
        onFailure(`${name}, run ${index + 1}: ${code}: ${message}`);
        return undefined;
      } finally {
        ended++;
      }
    },
  });
  return new Map(
    names.map((name) => {
      const own = outcomes.filter((_, at) => runs[at]?.name === name);
      return [name, own.filter((outcome) => outcome !== undefined)];
    }),
  );
}

async function inSession(
  host: SessionHost,
  seed: number,
  step: LinkStep,
  speech: PreparedSpeech,
): Promise<StepOutcome> {
  const session = await host.open({ listeners: [{ name: LISTENER, link: LINK }], seed });
  try {
    const pace = { kind: 'speed', speed: SPEED } as const;
    return await runStep(session, { listener: LISTENER, link: LINK, step, speech, pace });
  } finally {
    await session.dispose();
  }
}

function describeStalls({ stalls }: StepOutcome): readonly string[] {
  return stalls.map(
    ({ durationMs, sinceStepMs, phase, cause }) =>
      `stalled for ${Math.round(durationMs)} ms, ${Math.round(sinceStepMs)} ms after the step (${phase} it): ${cause}`,
  );
}

function stepResults(
  name: string,
  outcomes: readonly StepOutcome[],
  asked: number,
  seed: number,
): BenchResult[] {
  const { needsDecision, rttMs } = STEPS.get(name)!;
  const random = createSeededRandom(seed);
  const row = (figure: string, unit: string, share: number, values: readonly number[], most?: number) =>
    toResult(
      `${name}.${figure}`,
      unit,
      bootstrapQuantile(values, share, random),
      most === undefined ? undefined : atMost(most),
    );
  const decisionsMs = outcomes.map(({ decisionMs }) => decisionMs).filter((ms) => ms !== undefined);
  const stalled = (cause: 'hole' | 'starved'): BenchResult => {
    const hit = outcomes.filter(({ stalls }) => stalls.some((stall) => stall.cause === cause)).length;
    return toResult(`${name}.runsWithStalls.${cause}`, '%', inPercent(wilson(hit, outcomes.length)));
  };
  const targets = { lost: equalTo(0), duplicated: equalTo(0), equalDigests: equalTo(100) };
  const series = { utterances: outcomes.map(({ figures }) => figures), asked };
  const reactionsMs = outcomes.map(({ protectionMs }) => protectionMs);
  const resumesMs = outcomes.map(({ rebufferMs }) => rebufferMs);
  const changes = outcomes.map(({ profileChanges }) => profileChanges);
  return [
    row('protectionP95', 'ms', 0.95, reactionsMs, 500 + rttMs),
    row('decisionP95', 'ms', 0.95, decisionsMs, needsDecision ? 2000 : undefined),
    row('resumeP95', 'ms', 0.95, resumesMs, needsDecision ? undefined : rttMs + 200),
    row('profileChangesP50', '', 0.5, changes),
    stalled('hole'),
    stalled('starved'),
    ...seriesResults(name, series, { stability: null, ...targets, completed: equalTo(100) }, random),
  ];
}
