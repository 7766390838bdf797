import { EloquenceError } from '@eloquence/plugin-api';
import { ensureLiveKitBinary } from './ensure-binary.js';
import { findEnvironmentServer } from './environment-server.js';
import type { LiveKitServer, NoLiveKitServer } from './livekit-server.js';
import type { LiveKitServerOptions } from './options.js';
import { reportStep } from './progress.js';
import { startLiveKitServer } from './start-server.js';

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
