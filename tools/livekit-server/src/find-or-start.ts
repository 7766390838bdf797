import { EloquenceError, toDisposable } from '@eloquence/plugin-api';
import { ensureLiveKitBinary } from './ensure-binary.js';
import {
  type LiveKitServer,
  type LiveKitServerOptions,
  type NoLiveKitServer,
  reportStep,
} from './livekit-server.js';
import { startLiveKitServer } from './start-server.js';
import { probeServer } from './probe.js';

/**
 * A LiveKit server to speak into: the one that `LIVEKIT_URL` names, or one started here from the `livekit-server` on
 * PATH, the cached binary, or the pinned version built with Go. Each call that starts one starts another, on ports
 * of its own. A started server ends with `stop()`, or with this process, even a killed one; it does not keep this
 * process alive.
 *
 * @returns `kind: 'none'` if there is neither a server nor a way to one, unless that is not allowed.
 * @throws EloquenceError `SERVER_UNAVAILABLE` if there is none and `allowSimulated` is false (as it is under CI),
 *   and what {@link findEnvironmentServer} and {@link startLiveKitServer} throw: a server that exists but fails is
 *   never replaced by a simulation.
 */
export async function findOrStartLiveKitServer(
  options: LiveKitServerOptions = {},
): Promise<LiveKitServer | NoLiveKitServer> {
  const named = await findEnvironmentServer(options);
  if (named !== undefined) return named;
  const binary = await ensureLiveKitBinary(options);
  if ('path' in binary) {
    return await reportStep('start', `starting livekit-server ${binary.version}`, options.onProgress, () =>
      startLiveKitServer(binary, options),
    );
  }
  if (options.allowSimulated ?? !isContinuousIntegration(options.env ?? process.env))
    return { kind: 'none', ...binary };
  throw new EloquenceError('SERVER_UNAVAILABLE', `No livekit-server: ${binary.reason}`, {
    value: binary.reason,
    hint: binary.hint,
  });
}

function isContinuousIntegration(env: NodeJS.ProcessEnv): boolean {
  const value = env['CI'];
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}

const REACH_TIMEOUT_MS = 5000;
const PROTOCOLS = new Set(['ws:', 'wss:', 'http:', 'https:']);

/**
 * The server that `LIVEKIT_URL`, `LIVEKIT_API_KEY` and `LIVEKIT_API_SECRET` name; `undefined` if the first is not set.
 * Whoever sets it wants that server: one that cannot be used is an error, never a reason to look elsewhere.
 *
 * @throws EloquenceError `CONFIGURATION_INVALID` for a wrong address or missing keys, `CONNECT_FAILED` if it does not answer.
 */
export async function findEnvironmentServer(
  options: LiveKitServerOptions,
): Promise<LiveKitServer | undefined> {
  const env = options.env ?? process.env;
  const url = env['LIVEKIT_URL'];
  if (url === undefined || url === '') return undefined;
  if (!URL.canParse(url) || !PROTOCOLS.has(new URL(url).protocol)) {
    throw new EloquenceError('CONFIGURATION_INVALID', `LIVEKIT_URL is not an address of a server: ${url}`, {
      value: url,
      hint: 'Use an address such as ws://127.0.0.1:7880 or wss://example.livekit.cloud.',
    });
  }
  const apiKey = requireKey(env, 'LIVEKIT_API_KEY');
  const apiSecret = requireKey(env, 'LIVEKIT_API_SECRET');
  await reportStep('reach-url', `reaching ${url}`, options.onProgress, async () => {
    const failure = await probeServer(url, REACH_TIMEOUT_MS);
    if (failure === undefined) return;
    throw new EloquenceError(
      'CONNECT_FAILED',
      `The server of LIVEKIT_URL, ${url}, cannot be reached: ${failure}`,
      {
        value: url,
        hint: 'Start that server, correct the address, or unset LIVEKIT_URL to have a local server started.',
      },
    );
  });
  return {
    kind: 'server',
    url: url.replace(/^http/, 'ws'),
    apiKey,
    apiSecret,
    udpPort: undefined,
    tcpPort: undefined,
    version: undefined,
    source: 'env',
    startedByUs: false,
    pid: undefined,
    hasExited: false,
    onDidExit: () => toDisposable(() => undefined),
    readLogTail: () => [],
    stop: async () => undefined,
  };
}

function requireKey(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new EloquenceError('CONFIGURATION_INVALID', `LIVEKIT_URL is set but ${name} is not.`, {
    value: name,
    hint: `Set ${name} to the one of that server, or unset LIVEKIT_URL to have a local server started.`,
  });
}
