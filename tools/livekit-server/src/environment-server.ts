import { EloquenceError, toDisposable } from '@eloquence/plugin-api';
import type { LiveKitServer } from './livekit-server.js';
import type { LiveKitServerOptions } from './options.js';
import { probeServer } from './probe.js';
import { reportStep } from './progress.js';

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
