import { createSeededRandom, ForecastScore } from '@eloquence/base';
import { type AccessLink, parseLink } from '@eloquence/netlab';
import {
  EloquenceError,
  type ForecasterFactory,
  isEloquenceError,
  type LinkState,
} from '@eloquence/plugin-api';
import {
  answerSpeech,
  createSimulatedKernel,
  loadPlugins,
  openSimulatedSession,
  type SimulatedSession,
  speechLike,
} from '@eloquence/testbed';
import { drawTrace, runMixed } from '../experiments/mixed-experiment.js';
import {
  RECORDING_FORECASTER,
  RecordingForecaster,
  replayForecasts,
} from '../experiments/recording-forecaster.js';
import { runStep, STEP_LINK, STEP_SPEECH_MS, STEPS } from '../experiments/step-experiment.js';
import { type BenchResult, toResult } from '../report/bench-report.js';
import { exactly } from '../statistics/estimate.js';
import { chooseNames, sessionSuite, type Suite, type SuiteContext, type SuiteOptions } from './suite.js';

const DEFAULT_FORECASTER = 'holt';
const FORECASTERS = [DEFAULT_FORECASTER, 'online-regression'] as const;
const LINKS = ['A', 'B', 'C', 'D', 'E', 'F'];
const DEFAULT_COUNT = 30;
const PACE = { kind: 'speed', speed: 4 } as const;
const PAUSE_MS = 300;
const MS_A_MINUTE = 60_000;
const EARLIEST_STEP_MS = 1500;
const STEP_SPREAD_MS = 1000;
const LISTENER = 'listener';

/** What the forecaster of each session was shown, utterance by utterance. */
type Recording = readonly (readonly (readonly LinkState[])[])[];
type MakeRecording = (context: SuiteContext, factory: ForecasterFactory, count: number) => Promise<Recording>;

/** The only cell whose links stay as they are. */
const STATIONARY = 'stationary';
const RECORDS: ReadonlyMap<string, MakeRecording> = new Map([
  [STATIONARY, recordStationary],
  ['steps', recordSteps],
  ['mixed', recordMixed],
]);

/** Every forecaster on the same reports: how often its interval holds, how good its probability of a stall is. */
export function createForecastSuite(): Suite {
  return sessionSuite(
    {
      name: 'forecast',
      summary:
        'Both forecasters on the same reports: coverage of their interval, Brier score of stalls; simulated',
      details: `Sessions on A to F (--count utterances on each), with every step of the suite steps (a third as many runs
each), and on links that change every 5 to 20 s (--count minutes) are recorded once, with the default
forecaster, and replayed to each one: all see the same. 'coverage' is the share of delivery times between
the 5th and the 95th percentile that were forecast, which should be 90 %; 'width' the mean width of that interval;
'brier' the mean squared error of the probability of a stall within 1 to 5 s; 'brierOfShare' what the
share of forecasts that a stall followed, told every time, would have scored at 5 s. --link leaves the sessions on
that link only.`,
      modes: ['simulated'],
      takes: ['link'],
      cellNames: [...RECORDS.keys()],
    },
    async (_host, context) => {
      const { count = DEFAULT_COUNT, ...options } = context.options;
      const names = chooseRecords(options);
      const factories = await loadForecasters(context, options.seed);
      const results: BenchResult[] = [];
      for (const name of names) {
        context.progress.step(name);
        const recording = await RECORDS.get(name)!(context, factories.get(DEFAULT_FORECASTER)!, count);
        results.push(...compare(name, recording, factories, context));
      }
      return { conditions: { count }, results };
    },
  );
}

/** @throws EloquenceError `OPTION_INVALID` for a cell that there is not, or not on one link */
function chooseRecords({ only, link }: SuiteOptions): readonly string[] {
  const names = chooseNames([...RECORDS.keys()], only);
  if (link === undefined) return names;
  if (names.includes(STATIONARY) && LINKS.includes(link)) return [STATIONARY];
  throw new EloquenceError(
    'OPTION_INVALID',
    `The suite has nothing on link ${link} in ${names.join(', ')}.`,
    {
      value: link,
      hint: `Its links: ${LINKS.join(', ')}, of the cell '${STATIONARY}'.`,
    },
  );
}

async function loadForecasters(
  { clock }: SuiteContext,
  seed: number,
): Promise<ReadonlyMap<string, ForecasterFactory>> {
  const kernel = createSimulatedKernel(clock, seed);
  await loadPlugins(kernel);
  const factories = new Map<string, ForecasterFactory>();
  for (const id of FORECASTERS) factories.set(id, await kernel.host.contributions.forecasters.get(id));
  await kernel.dispose();
  return factories;
}

function compare(
  name: string,
  recording: Recording,
  factories: ReadonlyMap<string, ForecasterFactory>,
  { clock, options }: SuiteContext,
): BenchResult[] {
  return [...factories].flatMap(([id, factory]) => {
    const score = new ForecastScore();
    for (const utterances of recording) {
      const random = createSeededRandom(options.seed);
      replayForecasts(factory.create({ clock, random }), utterances, score);
    }
    const { deliveries, coveragePercent, meanWidthMs, stallForecasts, stallPercent, brier } =
      score.calibration();
    const share = stallPercent / 100;
    const row = (figure: string, unit: string, value: number, n: number): BenchResult =>
      toResult(`${name}.${id}.${figure}`, unit, exactly(value, n));
    const meanBrier = brier.reduce((sum, value) => sum + value, 0) / brier.length;
    return [
      row('coverage', '%', coveragePercent, deliveries),
      row('width', 'ms', meanWidthMs, deliveries),
      row('brier1s', '', brier[0]!, stallForecasts),
      row('brier5s', '', brier.at(-1)!, stallForecasts),
      row('brierMean', '', meanBrier, stallForecasts),
      row('brierOfShare', '', share * (1 - share), stallForecasts),
    ];
  });
}

async function recordStationary(
  { options, signal }: SuiteContext,
  factory: ForecasterFactory,
  count: number,
): Promise<Recording> {
  const speech = speechLike(answerSpeech.simulatedMs);
  const recording = [];
  for (const name of options.link === undefined ? LINKS : [options.link]) {
    const recorder = new RecordingForecaster(factory);
    const session = await open(recorder, parseLink(name), options.seed);
    const utterances = [];
    try {
      for (let at = 0; at < count; at++) {
        signal.throwIfAborted();
        await session.speak(speech, PACE);
        utterances.push(recorder.take());
        await session.pause(PAUSE_MS);
      }
    } finally {
      await session.dispose();
    }
    recording.push(utterances);
  }
  return recording;
}

async function recordSteps(
  { options, signal, onFailure }: SuiteContext,
  factory: ForecasterFactory,
  count: number,
): Promise<Recording> {
  const speech = speechLike(STEP_SPEECH_MS);
  const random = createSeededRandom(options.seed);
  const recording = [];
  for (let run = 0; run < Math.ceil(count / 3); run++) {
    const atMs = EARLIEST_STEP_MS + STEP_SPREAD_MS * random.next();
    for (const [name, step] of STEPS) {
      signal.throwIfAborted();
      const recorder = new RecordingForecaster(factory);
      const session = await open(recorder, STEP_LINK, options.seed + run);
      try {
        await runStep(session, {
          listener: LISTENER,
          link: STEP_LINK,
          step: { atMs, ...step },
          speech,
          pace: PACE,
        });
      } catch (error) {
        onFailure(`${name}, run ${run + 1}: ${describe(error)}`);
      } finally {
        await session.dispose();
      }
      recording.push([recorder.take()]);
    }
  }
  return recording;
}

async function recordMixed(
  { options, signal, onFailure }: SuiteContext,
  factory: ForecasterFactory,
  count: number,
): Promise<Recording> {
  const durationMs = count * MS_A_MINUTE;
  const trace = drawTrace(options.seed, durationMs);
  const recorder = new RecordingForecaster(factory);
  const session = await open(recorder, trace[0]!.link, options.seed);
  const utterances: (readonly LinkState[])[] = [];
  const events = session.onDidPublishEvent(({ kind }) => {
    if (kind === 'utteranceStart') utterances.push(recorder.take());
  });
  try {
    const speech = speechLike(answerSpeech.simulatedMs);
    await runMixed(session, { listener: LISTENER, trace, durationMs, speech, signal, onFailure });
  } finally {
    events.dispose();
    await session.dispose();
  }
  return [[...utterances, recorder.take()]];
}

function open(recorder: RecordingForecaster, link: AccessLink, seed: number): Promise<SimulatedSession> {
  const forecaster = { id: RECORDING_FORECASTER, plugin: recorder.plugin };
  return openSimulatedSession({ listeners: [{ name: LISTENER, link }], seed, forecaster });
}

function describe(error: unknown): string {
  if (isEloquenceError(error)) return `${error.code}: ${error.message}`;
  throw error instanceof Error ? error : new EloquenceError('INTERNAL', String(error));
}
