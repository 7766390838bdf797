import { parseNumber } from '@eloquence/base';
import { findOrStartLiveKitServer, type LiveKitServer } from '@eloquence/livekit-server';
import { type Disposable, EloquenceError } from '@eloquence/plugin-api';

/**
 * On a lossy link the server's SCTP window can fall to one packet, and then blocks unreliable data too for seconds.
 * This lower bound in bytes prevents it; self-hosted servers should have it.
 */
export const sctpMinCwnd = 65_536;

/** The server of an experiment, with the ports that an emulated link needs to know. */
export interface TestServer extends Pick<
  LiveKitServer,
  'url' | 'apiKey' | 'apiSecret' | 'version' | 'source' | 'startedByUs' | 'udpPort' | 'tcpPort' | 'pid'
> {
  /** Rejects when a server started by us ends before `stop`; never resolves. */
  readonly died: Promise<never>;
  stop(): Promise<void>;
}

/** Why there is no server, and how to get one. */
export interface NoTestServer {
  readonly reason: string;
  readonly hint: string;
}

export interface TestServerOptions {
  /** Environment with the `LIVEKIT_…` variables. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
  /** Port of the signalling of a server that is started here; a free one if absent. */
  readonly httpPort?: number | undefined;
  /** Whether a server that is started here keeps its own default for the SCTP window. */
  readonly isServerDefault?: boolean | undefined;
}

/**
 * Finds or starts the server of an experiment.
 *
 * @throws EloquenceError what `findOrStartLiveKitServer` throws; `OPTION_INVALID` on a bad port in the environment.
 */
export async function openTestServer(options: TestServerOptions): Promise<TestServer | NoTestServer> {
  const { env, signal, onProgress, httpPort, isServerDefault = false } = options;
  const found = await findOrStartLiveKitServer({
    env,
    signal,
    ...(isServerDefault ? {} : { sctpMinCwnd }),
    ...(httpPort === undefined ? {} : { ports: { httpPort } }),
    onProgress: ({ message }) => onProgress(message),
  });
  if (found.kind === 'none') return { reason: found.reason, hint: found.hint };
  const { url, apiKey, apiSecret, version, source, startedByUs, pid } = found;
  let watching: Disposable | undefined;
  const died = new Promise<never>((_, reject) => {
    watching = found.onDidExit(({ exitCode, signal: killedBy, wasExpected }) => {
      if (wasExpected) return;
      const lastWords = found.readLogTail().slice(-3).join(' | ');
      const end = killedBy ?? exitCode;
      reject(
        new EloquenceError('SERVER_FAILED', `livekit-server ended during the run (${end ?? '?'}).`, {
          value: end,
          hint: lastWords === '' ? 'Run it again.' : `Its last words: ${lastWords}`,
        }),
      );
    });
  });
  died.catch(() => undefined);
  return {
    ...{ url, apiKey, apiSecret, version, source, startedByUs, pid, died },
    udpPort: found.udpPort ?? portFrom(env, 'LIVEKIT_UDP_PORT'),
    tcpPort: found.tcpPort ?? portFrom(env, 'LIVEKIT_TCP_PORT'),
    stop: async () => {
      watching?.dispose();
      await found.stop();
    },
  };
}

/** @throws EloquenceError `SERVER_UNAVAILABLE` if there is no server, and what `openTestServer` throws */
export async function requireTestServer(options: TestServerOptions): Promise<TestServer> {
  const server = await openTestServer(options);
  if ('url' in server) return server;
  const { reason, hint } = server;
  throw new EloquenceError('SERVER_UNAVAILABLE', `There is no LiveKit server: ${reason}`, {
    value: reason,
    hint,
  });
}

function portFrom(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  return parseNumber(name, text, { min: 1, max: 65_535, isInteger: true });
}
