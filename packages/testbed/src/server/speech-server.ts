import { parseNumber } from '@eloquence/base';
import { EloquenceError } from '@eloquence/plugin-api';
import { findOrStartLiveKitServer, type LaunchProgress, type LiveKitServer } from '@eloquence/livekit-server';
import type { Progress } from '../run/progress.js';

/**
 * On a lossy link the server's SCTP window can fall to one packet, and then blocks unreliable data too for seconds.
 * This lower bound in bytes prevents it; self-hosted servers should have it.
 */
const SCTP_MIN_CWND = 65_536;

/** The server of a run, with the ports that an emulated link needs to know. */
export interface SpeechServer {
  readonly server: LiveKitServer;
  readonly udpPort: number | undefined;
  readonly tcpPort: number | undefined;
  /** Rejects when a server started by us ends before `stop`; never resolves. */
  readonly died: Promise<never>;
  stop(): Promise<void>;
}

/**
 * Finds or starts the server of a run; `undefined` if there is none and a simulation is allowed.
 *
 * @throws EloquenceError what `findOrStartLiveKitServer` throws; `OPTION_INVALID` on a bad port in the environment.
 */
export async function openSpeechServer(
  env: NodeJS.ProcessEnv,
  progress: Progress,
  signal: AbortSignal,
): Promise<SpeechServer | { readonly reason: string; readonly hint: string }> {
  const found = await findOrStartLiveKitServer({
    env,
    signal,
    sctpMinCwnd: SCTP_MIN_CWND,
    onProgress: (step: LaunchProgress) => progress.update(step.message),
  });
  if (found.kind === 'none') return { reason: found.reason, hint: found.hint };
  let isStopping = false;
  const died = new Promise<never>((_, reject) => {
    found.onDidExit(({ exitCode, signal: killedBy }) => {
      if (isStopping) return;
      const tail = found.readLogTail().slice(-3).join(' | ');
      reject(
        new EloquenceError(
          'SERVER_FAILED',
          `livekit-server ended during the run (${killedBy ?? exitCode ?? '?'}).`,
          {
            value: killedBy ?? exitCode,
            hint: tail === '' ? 'Run it again.' : `Its last words: ${tail}`,
          },
        ),
      );
    });
  });
  died.catch(() => undefined);
  return {
    server: found,
    udpPort: found.udpPort ?? portFrom(env, 'LIVEKIT_UDP_PORT'),
    tcpPort: found.tcpPort ?? portFrom(env, 'LIVEKIT_TCP_PORT'),
    died,
    stop: async () => {
      isStopping = true;
      await found.stop();
    },
  };
}

function portFrom(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  return parseNumber(name, text, { min: 1, max: 65_535, isInteger: true });
}
