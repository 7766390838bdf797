import { createSeededRandom } from '@eloquence/base';
import { startChild } from '@eloquence/base/node';
import { createToken, speechLike, startListenerProcess, type TestServer } from '@eloquence/testbed';
import type { CostAnswer, CostSlice, MeasureCost } from '../cost/measure-cost.js';
import { atMost, type BenchResult, equalTo, type Target, toResult } from '../report/bench-report.js';
import { openBenchServer, serverConditions } from '../session/session-host.js';
import { bootstrapQuantile, type Estimate, exactly, inPercent, wilson } from '../statistics/estimate.js';
import { chooseNames, machineConditions, type Suite, type SuiteContext } from './suite.js';

const STREAMS: readonly string[] = ['1', '10', '50'];
/** 24 kbit/s, as the target says. */
const PROFILE = 'BALANCED_OPTIMAL';
const DEFAULT_SLICES = 5;
const UTTERANCES_PER_SLICE = 2;
const SPEECH_MS = 4000;
/** Beyond what the speech takes: connecting 50 rooms twice. */
const GRACE_MS = 120_000;

/** Processor time of sending, over the encoder's own. */
export function createCostSuite(): Suite {
  return {
    name: 'cost',
    summary: "Processor time of sending over the encoder's own, with 1, 10 and 50 streams in one process",
    details: `One process does nothing but speak 4 s of something like speech at a time, 24 kbit/s, from a voice four times as
fast as real time; the listeners are in another process. 'sendingCost' is its processor time, all threads
together, less the time within its encoder, by the duration of the audio: the share of a core that a
stream takes while it speaks. The encoder is timed in the same run, call by call. 'pace' is 1 where the process keeps up. --count is the number
of slices of two utterances a stream, of which the table shows the median.`,
    modes: ['real'],
    cellNames: STREAMS,
    run: async (context) => {
      const { only, seed, count: slices = DEFAULT_SLICES } = context.options;
      const names = chooseNames(STREAMS, only);
      const server = await openBenchServer(context);
      try {
        const results: BenchResult[] = [];
        for (const name of names) {
          context.progress.step(`${name} streams`);
          const answer = await measureStreams(Number(name), slices, server, context);
          results.push(...costResults(name, answer, seed));
        }
        context.progress.done();
        const own = { slices, profile: PROFILE, sourceSpeed: 4 };
        return {
          suite: 'cost',
          conditions: { ...serverConditions(server, context), ...own, ...machineConditions(false) },
          results,
        };
      } finally {
        await server.stop();
      }
    },
  };
}

async function measureStreams(
  streams: number,
  slices: number,
  server: TestServer,
  { signal, options }: SuiteContext,
): Promise<CostAnswer> {
  const rooms = Array.from({ length: streams }, (_, at) => `cost-${process.pid}-${streams}-${at}`);
  const tokensFor = (identity: string): Promise<string[]> =>
    Promise.all(rooms.map((room) => createToken(server, identity, room)));
  const listener = startListenerProcess();
  const speaker = startChild<MeasureCost, CostAnswer>({
    entry: new URL('../cost/cost-speaker-process.js', import.meta.url),
    name: 'speaker of the cost measurement',
  });
  try {
    const { url } = server;
    for (const token of await tokensFor('l'))
      await listener.ask({ type: 'join', url, token, speaker: 's' }, GRACE_MS, signal);
    const speakingMs = (slices + 1) * (UTTERANCES_PER_SLICE + 1) * 2 * SPEECH_MS;
    return await speaker.ask(
      {
        url,
        tokens: await tokensFor('s'),
        profile: PROFILE,
        utterances: UTTERANCES_PER_SLICE,
        slices,
        speech: speechLike(SPEECH_MS, options.seed),
      },
      GRACE_MS + speakingMs,
      signal,
    );
  } finally {
    await Promise.all([speaker.close(), listener.close()]);
  }
}

function costResults(name: string, { slices, idleMsPerSecond }: CostAnswer, seed: number): BenchResult[] {
  const random = createSeededRandom(seed);
  const streams = Number(name);
  const row = (figure: string, unit: string, estimate: Estimate, target?: Target): BenchResult =>
    toResult(`${name}.${figure}`, unit, estimate, target);
  const median = (read: (slice: CostSlice) => number) => bootstrapQuantile(slices.map(read), 0.5, random);
  // Processor time by audio time: the share of a core that a stream takes while it speaks.
  const sending = median(({ cpuMs, encoderMs, audioMs }) => (100 * (cpuMs - encoderMs)) / audioMs);
  const encoder = median(({ encoderMs, audioMs }) => (100 * encoderMs) / audioMs);
  // 1 where the process keeps up: utterances take as long as they last, and start in turn.
  const pace = median(({ audioMs, durationMs }) => audioMs / streams / durationMs);
  const sum = (figure: 'completed' | 'asked') => slices.reduce((total, slice) => total + slice[figure], 0);
  return [
    row('sendingCostP50', '%', sending, atMost(1.6)),
    row('encoderCostP50', '%', encoder),
    row('idleCost', '%', exactly(idleMsPerSecond / 10 / streams)),
    row('completed', '%', inPercent(wilson(sum('completed'), sum('asked'))), equalTo(100)),
    row('paceP50', '', pace),
  ];
}
