import { randomBytes } from 'node:crypto';
import { parse } from 'node:path';
import type { PluginHost } from '@eloquence/core';
import { type Clock, EloquenceError, type PluginDescriptor } from '@eloquence/plugin-api';
import type { StreamerOptions } from '@eloquence/streamer';
import { readToken } from '../server/access-token.js';
import type { TestServer } from '../server/test-server.js';
import { adaptiveSpeaker, openLiveSession } from '../session/live-session.js';
import { openLocalSession } from '../session/simulated-session.js';
import type { SpeechSession } from '../session/speech-session.js';
import { type OpenSpeaker, openLegacySpeaker } from '../speaker/speaker.js';
import type { LaneChoice, SpeakOptions } from './speak-options.js';

/** An arm of a run: a lane, perhaps with a profile of its own, or a way of speaking that the caller brings along. */
export type RunArm =
  | {
      readonly lane: LaneChoice;
      readonly profile?: string | undefined;
      /** Plugins of the speaker's own, beside the default ones or in their place. */
      readonly plugins?: readonly PluginDescriptor[];
    }
  | {
      readonly lane: 'own';
      /** Part of the room's name, and what progress calls it. */
      readonly name: string;
      /** Speaks through an audio track; needs a server. */
      readonly open: OpenSpeaker;
    };

/** The arms of a run with what tells them apart; a single one needs nothing. */
export interface LabelledArm {
  readonly arm: RunArm;
  readonly label: string | undefined;
}

/** Arms on the same lane are numbered. */
export function labelArms(arms: readonly RunArm[]): readonly LabelledArm[] {
  if (arms.length === 1) return arms.map((arm) => ({ arm, label: undefined }));
  const names = arms.map((arm) => (arm.lane === 'own' ? arm.name : arm.lane));
  return arms.map((arm, at) => {
    const name = names[at]!;
    const isAlone = names.filter((other) => other === name).length === 1;
    return { arm, label: isAlone ? name : `${name}-${at + 1}` };
  });
}

export interface OpenArmContext {
  readonly options: SpeakOptions;
  /** A simulated room takes its place where there is none. */
  readonly server: TestServer | undefined;
  readonly host: PluginHost;
  /** Options of the streamer that the application's configuration gives. */
  readonly defaults?: StreamerOptions | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
}

/** An arm's session, in a room of its own with a listener of its own. */
export async function openArm({ arm, label }: LabelledArm, context: OpenArmContext): Promise<SpeechSession> {
  const { options, server, host, defaults, clock, signal, env } = context;
  const { link, seed, hasListener } = options;
  const profile = arm.lane === 'own' ? undefined : (arm.profile ?? options.profile ?? defaults?.profile);
  const common = {
    ...{ link, seed, clock, signal, defaults },
    listeners: hasListener ? [{ name: 'listener', link }] : [],
    out: heardFile(options, label),
  };
  if (server === undefined)
    return await openLocalSession({ ...common, host, profile, lane: arm.lane === 'data' ? 'data' : 'auto' });
  const token = speakerToken(env, label);
  const name = options.room ?? randomBytes(4).toString('hex');
  const room =
    token === undefined ? (label === undefined ? name : `${name}-${label}`) : readToken(token).room;
  return await openLiveSession({
    ...common,
    server,
    token,
    room,
    openSpeaker: speakerOf(arm, seed, profile, defaults),
  });
}

function speakerOf(
  arm: RunArm,
  seed: number,
  profile: string | undefined,
  defaults: StreamerOptions | undefined,
): OpenSpeaker {
  if (arm.lane === 'own') return arm.open;
  if (arm.lane === 'legacy') return openLegacySpeaker;
  const { lane, plugins = [] } = arm;
  return async (room, { clock }) =>
    adaptiveSpeaker(room, {
      ...{ ...defaults, seed, lane, clock, profile },
      plugins: [...(defaults?.plugins ?? []), ...plugins],
    });
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

/** Each arm's own file: `heard.wav` is `heard-data.wav` and `heard-legacy.wav` where two are heard. */
export function heardFile({ out }: SpeakOptions, label: string | undefined): string | undefined {
  if (out === undefined || label === undefined) return out;
  const { dir, name, ext } = parse(out);
  return `${dir === '' ? '' : `${dir}/`}${name}-${label}${ext}`;
}
