import { createToken } from '@eloquence/cli';
import { findOrStartLiveKitServer, type LiveKitServer } from '@eloquence/livekit-server';
import { createSeededRandom, EloquenceError } from '@eloquence/plugin-api';
import { startCostChild } from '../cost/cost-child.js';
import type { CostAnswer, CostSlice } from '../cost/cost-protocol.js';
import { type BenchResult, toResult } from '../report/bench-report.js';
import { atMost } from '../report/target.js';
import { bootstrapQuantile } from '../statistics/bootstrap.js';
import { exactly } from '../statistics/estimate.js';
import { chooseNames } from './choose-names.js';
import { loadedMachineConditions } from './machine-conditions.js';
import type { Suite, SuiteContext } from './suite.js';

const STREAMS: readonly string[] = ['1', '10', '50'];
/** 24 kbit/s, as the target says. */
const PROFILE = 'BALANCED_OPTIMAL';
const DEFAULT_SLICES = 5;
const UTTERANCES_PER_SLICE = 2;
const SPEECH_MS = 4000;
const SAMPLE_RATE_HZ = 24_000;
/** Beyond what the speech takes: connecting 50 rooms twice. */
const GRACE_MS = 120_000;

/** Processor time of sending, over the encoder's own. */
export function createCostSuite(): Suite {
  return {
    name: 'cost',
    summary: "Processor time of sending over the encoder's own, with 1, 10 and 50 streams in one process",
    modes: ['real'],
    cellNames: STREAMS,
    run: async (context) => {
      const { only, seed } = context.options;
      const names = chooseNames(STREAMS, only);
      const slices = context.options.count ?? DEFAULT_SLICES;
      context.progress.step('looking for a LiveKit server');
      const server = await openServer(context);
      try {
        const results: BenchResult[] = [];
        for (const name of names) {
          context.progress.step(`${name} streams`);
          results.push(
            ...costResults(name, await measureStreams(Number(name), slices, server, context), seed),
          );
        }
        context.progress.done();
        return {
          suite: 'cost',
          conditions: {
            simulated: false,
            slices,
            profile: PROFILE,
            sourceSpeed: 4,
            ...loadedMachineConditions(),
          },
          results,
        };
      } finally {
        await server.stop();
      }
    },
  };
}

async function openServer({ env, signal, progress }: SuiteContext): Promise<LiveKitServer> {
  const server = await findOrStartLiveKitServer({
    env,
    signal,
    onProgress: ({ message }) => progress.update(message),
  });
  if (server.kind === 'server') return server;
  throw new EloquenceError('SERVER_UNAVAILABLE', `There is no LiveKit server: ${server.reason}`, {
    value: server.reason,
    hint: server.hint,
  });
}

async function measureStreams(
  streams: number,
  slices: number,
  server: LiveKitServer,
  { signal, options }: SuiteContext,
): Promise<CostAnswer> {
  const rooms = Array.from({ length: streams }, (_, at) => `cost-${process.pid}-${streams}-${at}`);
  const tokensFor = (identity: string): Promise<string[]> =>
    Promise.all(rooms.map((room) => createToken(server, identity, room)));
  const listener = startCostChild('listener');
  const speaker = startCostChild('speaker');
  try {
    const { url } = server;
    await listener.ask({ type: 'open', url, tokens: await tokensFor('l') }, GRACE_MS, signal);
    const speakingMs = (slices + 1) * (UTTERANCES_PER_SLICE + 1) * 2 * SPEECH_MS;
    const reply = await speaker.ask(
      {
        type: 'measure',
        url,
        tokens: await tokensFor('s'),
        profile: PROFILE,
        utterances: UTTERANCES_PER_SLICE,
        slices,
        speech: { samples: speechLikeNoise(options.seed), sampleRateHz: SAMPLE_RATE_HZ },
      },
      GRACE_MS + speakingMs,
      signal,
    );
    if (reply.type !== 'measured') throw new EloquenceError('INTERNAL', 'The speaker measured nothing.');
    return reply.answer;
  } finally {
    await Promise.all([speaker.close(), listener.close()]);
  }
}

function costResults(name: string, { slices, idleMsPerSecond }: CostAnswer, seed: number): BenchResult[] {
  const random = createSeededRandom(seed);
  const streams = Number(name);
  const median = (read: (slice: CostSlice) => number) => bootstrapQuantile(slices.map(read), 0.5, random);
  return [
    // Processor time by audio time: the share of a core that a stream takes while it speaks.
    toResult(
      `${name}.sendingCostP50`,
      '%',
      median(({ cpuMs, encoderMs, audioMs }) => (100 * (cpuMs - encoderMs)) / audioMs),
      atMost(1.6),
    ),
    toResult(
      `${name}.encoderCostP50`,
      '%',
      median(({ encoderMs, audioMs }) => (100 * encoderMs) / audioMs),
    ),
    toResult(`${name}.idleCost`, '%', exactly(idleMsPerSecond / 10 / streams)),
    // 1 where the process keeps up: utterances take as long as they last, and start in turn.
    toResult(
      `${name}.paceP50`,
      '',
      median(({ audioMs, durationMs }) => audioMs / streams / durationMs),
    ),
  ];
}

/** Something for the encoder to work on: noise in syllables of a quarter of a second, with gaps between words. */
function speechLikeNoise(seed: number): Int16Array {
  const random = createSeededRandom(seed);
  const samples = new Int16Array((SPEECH_MS * SAMPLE_RATE_HZ) / 1000);
  let previous = 0;
  for (let at = 0; at < samples.length; at++) {
    const seconds = at / SAMPLE_RATE_HZ;
    const envelope = Math.max(0, Math.sin(2 * Math.PI * 4 * seconds)) * (seconds % 1 < 0.85 ? 1 : 0);
    const voiced = Math.sign(Math.sin(2 * Math.PI * 120 * seconds));
    previous += 0.2 * (voiced + random.next() - 0.5 - previous);
    samples[at] = Math.round(9000 * envelope * previous);
  }
  return samples;
}
