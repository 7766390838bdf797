import type { PreparedSpeech } from '../source/prepared-speech.js';
import { prepareSpeech } from '../source/prepare-speech.js';
import type { Clock } from '@eloquence/plugin-api';
import { type BenchServerOptions, openBenchServer, serverConditions } from '../server/bench-server.js';
import { answerSpeech } from '../source/speeches.js';
import type { SessionHost } from './bench-session.js';
import { RealSession, warmUpOf } from './real-session.js';

/** @throws EloquenceError `SERVER_UNAVAILABLE` */
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
    open: async (session) =>
      RealSession.open(session, { server, clock, signal, warmUp: warmUpOf(await spoken()) }),
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
