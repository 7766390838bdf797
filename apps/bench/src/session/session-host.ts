import { randomBytes } from 'node:crypto';
import type { Clock } from '@eloquence/plugin-api';
import {
  adaptiveSpeaker,
  answerSpeech,
  beginningOf,
  openLiveSession,
  openSimulatedSession,
  type PreparedSpeech,
  prepareSpeech,
  type Progress,
  requireTestServer,
  sctpMinCwnd,
  type SimulatedSessionOptions,
  speechLike,
  type SpeechSession,
  type TestServer,
} from '@eloquence/testbed';

export interface BenchServerOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Whether a server that is started here keeps its own default for the SCTP window. */
  readonly options?: { readonly isServerDefault?: boolean };
}

/**
 * One server for a whole suite.
 *
 * @throws EloquenceError `SERVER_UNAVAILABLE` and what else finding or starting the server throws
 */
export async function openBenchServer(benchOptions: BenchServerOptions): Promise<TestServer> {
  const { env, progress, signal, options } = benchOptions;
  progress.step('looking for a LiveKit server');
  const server = await requireTestServer({
    ...{ env, signal, isServerDefault: options?.isServerDefault },
    onProgress: (message) => progress.update(message),
  });
  progress.done();
  return server;
}

/** What belongs into the conditions of every report from a real server. */
export function serverConditions(
  { version, source, startedByUs }: TestServer,
  { options }: BenchServerOptions,
): Record<string, unknown> {
  const window = options?.isServerDefault === true ? 'default' : sctpMinCwnd;
  return {
    simulated: false,
    server: `livekit-server ${version ?? '?'} (${source})`,
    sctpMinCwnd: startedByUs ? window : 'unknown',
  };
}

export type BenchSessionOptions = Pick<SimulatedSessionOptions, 'listeners' | 'seed' | 'profile' | 'lane'>;

/** Opens sessions, and owns what they have in common. */
export interface SessionHost {
  /** What belongs into the report's conditions. */
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly isSimulated: boolean;
  /** Speech of about `durationMs`. */
  prepareSpeech(durationMs: number): Promise<PreparedSpeech>;
  open(options: BenchSessionOptions): Promise<SpeechSession>;
  dispose(): Promise<void>;
}

/** On virtual time. */
export function createSimulatedHost(): SessionHost {
  return {
    conditions: { simulated: true, server: null },
    isSimulated: true,
    prepareSpeech: (durationMs) => Promise.resolve(speechLike(durationMs)),
    open: (options) => openSimulatedSession(options),
    dispose: () => Promise.resolve(),
  };
}

/**
 * On a real server.
 *
 * @throws EloquenceError `SERVER_UNAVAILABLE`
 */
export async function createRealHost(
  options: BenchServerOptions & { readonly clock: Clock },
): Promise<SessionHost> {
  const { clock, signal } = options;
  const server = await openBenchServer(options);
  let answer: Promise<PreparedSpeech> | undefined;
  const spoken = (): Promise<PreparedSpeech> => (answer ??= prepareSpeech(answerSpeech.text, clock, signal));
  return {
    conditions: serverConditions(server, options),
    isSimulated: false,
    prepareSpeech: async (durationMs) => repeatTo(await spoken(), durationMs),
    open: async ({ listeners, seed, profile = 'auto', lane = 'data' }) => {
      const session = await openLiveSession({
        ...{ server, listeners, seed, clock, signal, link: listeners[0]!.link },
        room: `bench-${randomBytes(4).toString('hex')}`,
        openSpeaker: async (room) => adaptiveSpeaker(room, { profile, lane, clock, seed }),
      });
      try {
        await session.warmUp(beginningOf(await spoken()));
        return session;
      } catch (error) {
        await session.dispose();
        throw error;
      }
    },
    dispose: () => server.stop(),
  };
}

/** The same words again and again, cut at `durationMs`. */
function repeatTo({ samples, sampleRateHz }: PreparedSpeech, durationMs: number): PreparedSpeech {
  const repeated = new Int16Array(Math.round((sampleRateHz * durationMs) / 1000));
  for (let at = 0; at < repeated.length; at += samples.length)
    repeated.set(samples.subarray(0, Math.min(samples.length, repeated.length - at)), at);
  return { samples: repeated, sampleRateHz };
}
