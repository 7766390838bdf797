import type { Progress } from '@eloquence/cli';
import { findOrStartLiveKitServer, type LiveKitServer } from '@eloquence/livekit-server';
import { EloquenceError } from '@eloquence/plugin-api';

/** As the command line tool sets it for a server of its own: keeps one lossy listener from blocking for seconds. */
const SCTP_MIN_CWND = 65_536;

export interface BenchServerOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * One server for a whole suite.
 *
 * @throws EloquenceError `SERVER_UNAVAILABLE` and what else finding or starting the server throws
 */
export async function openBenchServer({ env, progress, signal }: BenchServerOptions): Promise<LiveKitServer> {
  progress.step('looking for a LiveKit server');
  const server = await findOrStartLiveKitServer({
    env,
    signal,
    sctpMinCwnd: SCTP_MIN_CWND,
    onProgress: ({ message }) => progress.update(message),
  });
  if (server.kind === 'none') {
    throw new EloquenceError('SERVER_UNAVAILABLE', `There is no LiveKit server: ${server.reason}`, {
      value: server.reason,
      hint: server.hint,
    });
  }
  progress.done();
  return server;
}

/** What belongs into the conditions of every report from a real server. */
export function serverConditions(server: LiveKitServer): Record<string, unknown> {
  return {
    simulated: false,
    server: `livekit-server ${server.version ?? '?'} (${server.source})`,
    sctpMinCwnd: SCTP_MIN_CWND,
  };
}
