import { randomBytes } from 'node:crypto';
import { parse } from 'node:path';
import type { PluginHost } from '@eloquence/core';
import { type Clock, EloquenceError, type PluginDescriptor } from '@eloquence/plugin-api';
import { readToken } from '../server/access-token.js';
import { AdaptiveArm } from '../speaker/adaptive-arm.js';
import type { Arm } from '../speaker/arm.js';
import type { ArmConnection } from '../room/arm-connection.js';
import type { LaneChoice } from './speak-options.js';
import { openLegacySpeaker } from '../speaker/legacy-speaker.js';
import { openLiveKitConnection } from '../room/livekit-connection.js';
import type { LabelledArm } from './run-arm.js';
import { openSimulatedConnection } from '../room/simulated-connection.js';
import { SoundArm } from '../speaker/sound-arm.js';
import type { SpeakOptions } from './speak-options.js';
import type { SpeechServer } from '../server/speech-server.js';
import type { SpeechSource } from '../source/speech-source.js';

export interface OpenArmOptions {
  readonly options: SpeakOptions;
  readonly server: SpeechServer | undefined;
  readonly host: PluginHost;
  readonly source: SpeechSource;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
}

/** A session for one arm, in a room of its own with a listener of its own. */
export async function openArm({ arm, label }: LabelledArm, context: OpenArmOptions): Promise<Arm> {
  const { server, host, source, clock, signal, env } = context;
  const { lane } = arm;
  const options = ownOptions({ arm, label }, context.options);
  const { link, seed, hasListener, out } = options;
  if (server === undefined) {
    const connection = await openSimulatedConnection({ host, link, seed, hasListener, out, clock });
    return await openAdaptiveArm(connection, lane === 'data' ? 'data' : 'auto', {
      source,
      options,
      clock,
      signal,
    });
  }
  const token = speakerToken(env, label);
  const connection = await openLiveKitConnection({
    ...{ server, token, link, seed, hasListener, out, clock, signal },
    room: token === undefined ? roomName(options, label) : readToken(token).room,
  });
  if (lane !== 'legacy' && lane !== 'own')
    return await openAdaptiveArm(withPlugins(connection, arm.plugins), lane, {
      ...{ source, options, clock, signal },
    });
  try {
    return await SoundArm.open({
      ...{ connection, source, options, clock },
      ...(lane === 'own'
        ? { lane: 'media' as const, open: arm.open }
        : { lane: 'legacy' as const, open: openLegacySpeaker }),
    });
  } catch (error) {
    await connection.close().catch(() => undefined);
    throw error;
  }
}

/** The arm's own plugins come after those of the connection. */
function withPlugins(connection: ArmConnection, own: readonly PluginDescriptor[] = []): ArmConnection {
  return own.length === 0 ? connection : { ...connection, plugins: [...connection.plugins, ...own] };
}

async function openAdaptiveArm(
  connection: ArmConnection,
  lane: Exclude<LaneChoice, 'legacy'>,
  rest: Pick<OpenArmOptions, 'source' | 'options' | 'clock' | 'signal'>,
): Promise<Arm> {
  try {
    return await AdaptiveArm.open({ connection, lane, ...rest });
  } catch (error) {
    await connection.close().catch(() => undefined);
    throw error;
  }
}

/** @throws EloquenceError `OPTION_INVALID` if several speakers would have to share one token. */
function speakerToken(env: NodeJS.ProcessEnv, label: string | undefined): string | undefined {
  const token = env['LIVEKIT_TOKEN'];
  if (token === undefined || token === '') return undefined;
  if (label === undefined) return token;
  throw new EloquenceError(
    'OPTION_INVALID',
    'LIVEKIT_TOKEN lets one speaker in, and each lane has its own.',
    {
      value: label,
      hint: 'Give one lane, or unset LIVEKIT_TOKEN to have tokens made from the key.',
    },
  );
}

/** The arm's own profile, and its own file: `heard.wav` is `heard-data.wav` and `heard-legacy.wav` where two are heard. */
function ownOptions({ arm, label }: LabelledArm, options: SpeakOptions): SpeakOptions {
  const profile = arm.lane === 'own' ? undefined : arm.profile;
  const own = profile === undefined ? options : { ...options, profile };
  if (own.out === undefined || label === undefined) return own;
  const { dir, name, ext } = parse(own.out);
  return { ...own, out: `${dir === '' ? '' : `${dir}/`}${name}-${label}${ext}` };
}

function roomName(options: SpeakOptions, label: string | undefined): string {
  const name = options.room ?? randomBytes(4).toString('hex');
  return label === undefined ? name : `${name}-${label}`;
}
