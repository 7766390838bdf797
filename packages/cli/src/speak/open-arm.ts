import { randomBytes } from 'node:crypto';
import { parse } from 'node:path';
import type { PluginHost } from '@eloquence/core';
import { type Clock, EloquenceError } from '@eloquence/plugin-api';
import { readToken } from './access-token.js';
import { AdaptiveArm } from './adaptive-arm.js';
import type { Arm } from './arm.js';
import type { ArmConnection } from './arm-connection.js';
import type { LaneChoice } from './lane-choice.js';
import { LegacyArm } from './legacy-arm.js';
import { openLiveKitConnection } from './livekit-connection.js';
import { openSimulatedConnection } from './simulated-connection.js';
import type { SpeakOptions } from './speak-options.js';
import type { SpeechServer } from './speech-server.js';
import type { SpeechSource } from './speech-source.js';

export interface OpenArmOptions {
  readonly options: SpeakOptions;
  readonly server: SpeechServer | undefined;
  readonly host: PluginHost;
  readonly source: SpeechSource;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
}

/** A session for one lane, in a room of its own with a listener of its own. */
export async function openArm(lane: LaneChoice, context: OpenArmOptions): Promise<Arm> {
  const { server, host, source, clock, signal, env } = context;
  const options = withOwnFile(context.options, lane);
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
  const token = speakerToken(env, options.lanes);
  const connection = await openLiveKitConnection({
    ...{ server, token, link, seed, hasListener, out, clock, signal },
    room: token === undefined ? roomName(options, lane) : readToken(token).room,
  });
  if (lane !== 'legacy') return await openAdaptiveArm(connection, lane, { source, options, clock, signal });
  try {
    return await LegacyArm.open({ connection, source, options, clock });
  } catch (error) {
    await connection.close().catch(() => undefined);
    throw error;
  }
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
function speakerToken(env: NodeJS.ProcessEnv, lanes: readonly LaneChoice[]): string | undefined {
  const token = env['LIVEKIT_TOKEN'];
  if (token === undefined || token === '') return undefined;
  if (lanes.length === 1) return token;
  throw new EloquenceError(
    'OPTION_INVALID',
    'LIVEKIT_TOKEN lets one speaker in, and each lane has its own.',
    {
      value: lanes.join(','),
      hint: 'Give one lane, or unset LIVEKIT_TOKEN to have tokens made from the key.',
    },
  );
}

/** `heard.wav` is `heard-data.wav` and `heard-legacy.wav` where two lanes are heard. */
function withOwnFile(options: SpeakOptions, lane: LaneChoice): SpeakOptions {
  if (options.out === undefined || options.lanes.length === 1) return options;
  const { dir, name, ext } = parse(options.out);
  return { ...options, out: `${dir === '' ? '' : `${dir}/`}${name}-${lane}${ext}` };
}

function roomName(options: SpeakOptions, lane: LaneChoice): string {
  const name = options.room ?? randomBytes(4).toString('hex');
  return options.lanes.length === 1 ? name : `${name}-${lane}`;
}
