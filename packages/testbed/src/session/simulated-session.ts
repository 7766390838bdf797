import type { Kernel, PluginHost } from '@eloquence/core';
import type { FailoverLimits } from '@eloquence/delivery';
import type { AccessLink } from '@eloquence/netlab';
import { VirtualClock } from '@eloquence/base';
import type { Clock, CodecFactory, PluginDescriptor, StreamSettings } from '@eloquence/plugin-api';
import type { StreamerOptions } from '@eloquence/streamer';
import { SimulatedRoom, simulatedTarget, simulatedTransportPlugin } from '@eloquence/simulated-transport';
import { joinSimulatedListener } from '../listener/simulated-listener.js';
import {
  createSimulatedKernel,
  loadPlugins,
  recoveryTransportPlugin,
} from '../simulation/simulated-kernel.js';
import { syntheticCodec } from '../simulation/synthetic-codec.js';
import { type AdaptiveSession, AdaptiveSpeaker } from '../speaker/adaptive-speaker.js';
import { EXPERIMENT_PROFILE, experimentPlugin, type Recovery } from '../speaker/experiment-plugins.js';
import { adaptiveSpeaker, type SessionListener } from './live-session.js';
import { realTime, virtualTime } from './passage.js';
import { listenerIdentity, speakerIdentity, SpeechSession } from './speech-session.js';

const sampleRateHz = 24_000;
/** What the framework does where nobody pins a profile. */
const unpinnedProfile = 'auto';

export interface LocalSessionOptions {
  /** Where the listener's codecs come from. */
  readonly host: PluginHost;
  readonly lane: 'data' | 'auto';
  readonly profile?: string | undefined;
  /** Options of the streamer that the application's configuration gives. */
  readonly defaults?: StreamerOptions | undefined;
  readonly listeners: readonly SessionListener[];
  /** The link by which nobody listens. */
  readonly link: AccessLink;
  readonly seed: number;
  /** WAV file for the first listener to write. */
  readonly out?: string | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Opens a session in a room in this process, for machines without a server: real time, the voice and the codec are
 * the real ones. No LiveKit is involved: whoever shows a result of it says so.
 *
 * @throws EloquenceError `IO_FAILED` if the WAV file cannot be created, `NO_RECEIVER`.
 */
export async function openLocalSession(options: LocalSessionOptions): Promise<SpeechSession> {
  const { clock, seed, signal, lane, profile, defaults, link } = options;
  const { codecs } = options.host.contributions;
  const decoders = new Map<string, CodecFactory>();
  for (const id of codecs.ids()) decoders.set(id, await codecs.get(id));
  const room = new SimulatedRoom({ clock, seed });
  try {
    const target = simulatedTarget(room.join(speakerIdentity));
    const listeners = options.listeners.map((listener, at) =>
      joinSimulatedListener(room, {
        ...{ ...listener, identity: listenerIdentity(at), speaker: speakerIdentity, decoders, clock },
        out: at === 0 ? options.out : undefined,
      }),
    );
    const session = new SpeechSession({
      ...{ clock, listeners, link, hasSound: true, close: () => room.dispose() },
      speaker: adaptiveSpeaker(target, {
        ...{ ...defaults, seed, lane, clock, profile },
        plugins: [...(defaults?.plugins ?? []), simulatedTransportPlugin],
      }),
      passage: realTime(
        clock,
        listeners.map(({ lost }) => lost),
        signal,
      ),
    });
    return await found(session, signal);
  } catch (error) {
    room.dispose();
    throw error;
  }
}

export interface SimulatedSessionOptions {
  /** At least one; the first one's link counts as the session's. */
  readonly listeners: readonly SessionListener[];
  readonly seed: number;
  /** A pinned profile; absent where the framework chooses. */
  readonly profile?: string | undefined;
  /** The data lane unless told; `auto` changes to the media lane where receivers fall silent. */
  readonly lane?: 'data' | 'auto' | undefined;
  /** Settings of an experiment in place of a profile. */
  readonly settings?: StreamSettings | undefined;
  readonly recovery?: Recovery | undefined;
  /** When the data lane counts as dead, on the lane `auto`. */
  readonly failover?: Partial<FailoverLimits> | undefined;
  /** Forecasts in place of the default forecaster. */
  readonly forecaster?: { readonly id: string; readonly plugin: PluginDescriptor } | undefined;
}

/** A session on virtual time. */
export interface SimulatedSession extends SpeechSession {
  readonly clock: VirtualClock;
  /** Lets the data channels die, or live again; audio tracks go on. */
  setDataChannels(isWorking: boolean): void;
}

/**
 * Opens a session on virtual time: the session, the data lane and the receivers are the ones that run in a real room;
 * the room, the codec and the time are not. The same options give the same figures, on every machine.
 *
 * @throws EloquenceError `NO_RECEIVER` if a link is too bad for the handshake; `PROFILE_UNKNOWN`
 */
export async function openSimulatedSession(options: SimulatedSessionOptions): Promise<SimulatedSession> {
  const { settings, profile, recovery, forecaster, seed, lane = 'data', failover } = options;
  const clock = new VirtualClock(1000);
  const room = new SimulatedRoom({ clock, seed });
  const target = simulatedTarget(room.join(speakerIdentity), { media: lane === 'auto', failover });
  const kernel = createSimulatedKernel(clock, seed, [
    ...(settings === undefined ? [] : [experimentPlugin(settings)]),
    ...(recovery === undefined ? [] : [recoveryTransportPlugin(recovery)]),
    ...(forecaster === undefined ? [] : [forecaster.plugin]),
  ]);
  await loadPlugins(kernel);
  const speaking = kernel.createSession({
    target,
    lane,
    profile: settings === undefined ? (profile ?? unpinnedProfile) : EXPERIMENT_PROFILE,
    forecaster: forecaster?.id,
    ttsEngine: '',
    sampleRateHz,
    preloadVoice: false,
    maxQueuedUtterances: 16,
    // On virtual time nothing waits on the event loop.
    yieldTurn: () => Promise.resolve(),
  });
  const listeners = options.listeners.map((listener, at) =>
    joinSimulatedListener(room, {
      ...{ ...listener, identity: listenerIdentity(at), speaker: speakerIdentity, clock },
      decoders: new Map([['opus', syntheticCodec]]),
      hearsTracks: lane === 'auto',
    }),
  );
  const session = new SpeechSession({
    ...{ clock, listeners, link: options.listeners[0]!.link, hasSound: false, close: () => room.dispose() },
    speaker: new AdaptiveSpeaker(asAdaptiveSession(kernel, speaking), profile),
    passage: virtualTime(clock),
  });
  await found(session);
  return Object.assign(session, {
    clock,
    setDataChannels: (isWorking: boolean) => room.setDataChannels(isWorking),
  });
}

function asAdaptiveSession(kernel: Kernel, session: ReturnType<Kernel['createSession']>): AdaptiveSession {
  return {
    get lane() {
      return session.lane?.kind;
    },
    get receiverCount() {
      return session.lane?.receiverCount ?? 0;
    },
    onDidPublishEvent: session.onDidPublishEvent,
    initialize: (signal) => session.open(signal),
    say: (input, own) => session.say(input, own),
    dispose: async () => {
      session.dispose();
      await kernel.dispose();
    },
  };
}

async function found(session: SpeechSession, signal?: AbortSignal): Promise<SpeechSession> {
  try {
    await session.findListeners(signal);
    return session;
  } catch (error) {
    await session.dispose();
    throw error;
  }
}
