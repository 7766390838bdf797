import type { Progress } from '../run/progress.js';
import { findOrStartLiveKitServer, type LiveKitServer } from '@eloquence/livekit-server';
import { EloquenceError } from '@eloquence/plugin-api';

/** As the command line tool sets it for a server of its own, docs/guides/server.md says why. */
const SCTP_MIN_CWND = 65_536;

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
export async function openBenchServer(benchOptions: BenchServerOptions): Promise<LiveKitServer> {
  const { env, progress, signal } = benchOptions;
  const sctpMinCwnd = windowOf(benchOptions);
  progress.step('looking for a LiveKit server');
  const server = await findOrStartLiveKitServer({
    env,
    signal,
    ...(sctpMinCwnd === undefined ? {} : { sctpMinCwnd }),
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
export function serverConditions(
  server: LiveKitServer,
  options: BenchServerOptions,
): Record<string, unknown> {
  return {
    simulated: false,
    server: `livekit-server ${server.version ?? '?'} (${server.source})`,
    sctpMinCwnd: server.startedByUs ? (windowOf(options) ?? 'default') : 'unknown',
  };
}

function windowOf({ options }: BenchServerOptions): number | undefined {
  return options?.isServerDefault === true ? undefined : SCTP_MIN_CWND;
}
