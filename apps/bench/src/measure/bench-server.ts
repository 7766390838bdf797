import { type Progress, requireTestServer, sctpMinCwnd, type TestServer } from '@eloquence/testbed';

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
