import { linkFromParameters } from '@eloquence/netlab';
import { createSeededRandom, toEloquenceError } from '@eloquence/plugin-api';
import { type BenchResult, toResult } from '../report/bench-report.js';
import { atMost, equalTo } from '../report/target.js';
import { seriesResults } from '../report/utterance-rows.js';
import { type LinkStep, runStep, type StepOutcome } from '../simulation/step-experiment.js';
import { bootstrapQuantile } from '../statistics/bootstrap.js';
import { chooseNames } from './choose-names.js';
import { machineConditions } from './machine-conditions.js';
import type { Suite, SuiteContext } from './suite.js';

const RTT_MS = 40;
const DEFAULT_COUNT = 20;
/** After the beginning of the utterance: the source is still ahead of what the lead cap lets through. */
const STEP_AT_MS = 2000;
const STEP_MS = 8000;

interface Step {
  readonly step: LinkStep;
  /** Whether the profile has to change; a blackout of a second is over before that would help. */
  readonly needsDecision: boolean;
  /** Round-trip time while the step lasts, ms. */
  readonly rttMs: number;
}

function createSteps(): ReadonlyMap<string, Step> {
  const link = {
    ...linkFromParameters({ rttMs: RTT_MS, jitterMs: 1, rateKbps: 2000, queueMs: 300 }),
    name: 'clean 2 Mbit/s',
  };
  const step = (changes: LinkStep['changes'], needsDecision = true, durationMs = STEP_MS): Step => ({
    step: { link, atMs: STEP_AT_MS, durationMs, changes },
    needsDecision,
    rttMs: changes.delayMs === undefined ? RTT_MS : 2 * changes.delayMs,
  });
  return new Map([
    ['rate', step({ rateKbps: 300 })],
    ['blackout', step({ down: true }, false, 1000)],
    ['rtt', step({ delayMs: 150 })],
    ['loss', step({ lossPercent: 10 })],
  ]);
}

/** Links that change in the midst of an utterance, and back: how soon the sender notices, and what is heard of it. */
export function createStepsSuite(): Suite {
  const steps = createSteps();
  return {
    name: 'steps',
    summary: 'A link that changes during 30 s of speech, and back: reaction, decision, stalls; simulated',
    modes: ['simulated'],
    cellNames: [...steps.keys()],
    run: async (context) => {
      const { options, progress } = context;
      const count = options.count ?? DEFAULT_COUNT;
      const names = chooseNames([...steps.keys()], options.only);
      const outcomes = new Map(names.map((name) => [name, [] as StepOutcome[]]));
      for (let run = 0; run < count; run++) {
        progress.step(`run ${run + 1} of ${count}`);
        for (const name of names) await addOutcome(context, name, steps.get(name)!.step, run, outcomes);
      }
      progress.done();
      return {
        suite: 'steps',
        conditions: { simulated: true, count, seed: options.seed, ...machineConditions() },
        results: names.flatMap((name) =>
          stepResults(name, steps.get(name)!, outcomes.get(name) ?? [], count, options.seed),
        ),
      };
    },
  };
}

async function addOutcome(
  { options, signal, onFailure }: SuiteContext,
  name: string,
  step: LinkStep,
  run: number,
  outcomes: ReadonlyMap<string, StepOutcome[]>,
): Promise<void> {
  signal.throwIfAborted();
  try {
    outcomes.get(name)?.push(await runStep(step, options.seed + 1000 * run));
  } catch (error) {
    const { code, message } = toEloquenceError(error);
    onFailure(`${name}, run ${run + 1}: ${code}: ${message}`);
  }
}

function stepResults(
  name: string,
  { needsDecision, rttMs }: Step,
  outcomes: readonly StepOutcome[],
  asked: number,
  seed: number,
): BenchResult[] {
  const random = createSeededRandom(seed);
  const quantile = (read: (outcome: StepOutcome) => number, share: number) =>
    bootstrapQuantile(outcomes.map(read), share, random);
  return [
    toResult(
      `${name}.protectionP95`,
      'ms',
      quantile(({ protectionMs }) => protectionMs, 0.95),
      atMost(500 + rttMs),
    ),
    toResult(
      `${name}.decisionP95`,
      'ms',
      quantile(({ decisionMs }) => decisionMs, 0.95),
      needsDecision ? atMost(2000) : undefined,
    ),
    toResult(
      `${name}.resumeP95`,
      'ms',
      quantile(({ resumeMs }) => resumeMs, 0.95),
      needsDecision ? undefined : atMost(rttMs + 200),
    ),
    toResult(
      `${name}.profileChangesP50`,
      '',
      quantile(({ profileChanges }) => profileChanges, 0.5),
    ),
    ...seriesResults(
      name,
      { utterances: outcomes.map(({ figures }) => figures), asked },
      {
        stability: null,
        stalledUtterances: null,
        lost: equalTo(0),
        duplicated: equalTo(0),
        equalDigests: equalTo(100),
        completed: equalTo(100),
      },
      random,
    ),
  ];
}
