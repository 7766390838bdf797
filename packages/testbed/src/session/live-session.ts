import { AsyncDisposableStack } from '@eloquence/base';
import { resolve } from 'node:path';
import { connectRoom, type Room } from '@eloquence/livekit-adapter';
import type { AccessLink } from '@eloquence/netlab';
import type { Clock } from '@eloquence/plugin-api';
import { AdaptiveAudioStreamer, type StreamerOptions } from '@eloquence/streamer';
import type { Listener } from '../listener/listener.js';
import { openRemoteListener } from '../listener/remote-listener.js';
import { createToken, readToken } from '../server/access-token.js';
import type { TestServer } from '../server/test-server.js';
import { AdaptiveSpeaker } from '../speaker/adaptive-speaker.js';
import type { OpenSpeaker } from '../speaker/speaker.js';
import { realTime } from './passage.js';
import { listenerIdentity, speakerIdentity, SpeechSession } from './speech-session.js';

/** Somebody who listens, and the link behind which. */
export interface SessionListener {
  readonly name: string;
  readonly link: AccessLink;
}

export interface LiveSessionOptions {
  readonly server: TestServer;
  readonly room: string;
  /** Token of the speaker, if it is not to be made from the server's key. */
  readonly token?: string | undefined;
  readonly listeners: readonly SessionListener[];
  /** The link by which nobody listens. */
  readonly link: AccessLink;
  readonly seed: number;
  /** WAV file for the first listener to write. */
  readonly out?: string | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly openSpeaker: OpenSpeaker;
}

/**
 * Opens a session in a room on a LiveKit server: the speaker in this process, each listener in another one.
 *
 * @throws EloquenceError what connecting, a link, a listener's process or the speaker throws, and `NO_RECEIVER` if not
 * every listener is found; nothing stays open then.
 */
export async function openLiveSession(options: LiveSessionOptions): Promise<SpeechSession> {
  const { server, clock, signal, token } = options;
  const speaker = token === undefined ? speakerIdentity : readToken(token).identity;
  const resources = new AsyncDisposableStack();
  try {
    // All join at once; each is registered for closing as soon as it is there, even if another one failed.
    const connecting = connectSpeaker(options).then((room) => {
      resources.defer(() => room.disconnect());
      return room;
    });
    const joining = options.listeners.map(async ({ name, link }, at): Promise<Listener> => {
      const listener = await openRemoteListener({
        ...{ server, room: options.room, identity: listenerIdentity(at), speaker, name, link, signal },
        seed: options.seed + at,
        out: at > 0 || options.out === undefined ? undefined : resolve(options.out),
      });
      resources.defer(() => listener.close());
      return listener;
    });
    await Promise.allSettled([connecting, ...joining]);
    const room = await connecting;
    const listeners = await Promise.all(joining);
    const own = await options.openSpeaker(room, { clock });
    resources.defer(() => own.close());
    const session = new SpeechSession({
      ...{ clock, speaker: own, listeners, link: options.link, hasSound: true },
      passage: realTime(clock, [server.died, ...listeners.map(({ lost }) => lost)], signal),
      close: () => room.disconnect(),
    });
    await session.findListeners(signal);
    return session;
  } catch (error) {
    await resources.disposeAsync().catch(() => undefined);
    throw error;
  }
}

async function connectSpeaker({ server, room, token, signal }: LiveSessionOptions): Promise<Room> {
  const own = token ?? (await createToken(server, speakerIdentity, room));
  return await connectRoom({ url: server.url, token: own, signal });
}

/** Speaks through the framework: PCM is said, so no voice is loaded. */
export function adaptiveSpeaker(target: unknown, options: StreamerOptions): AdaptiveSpeaker {
  return new AdaptiveSpeaker(
    new AdaptiveAudioStreamer(target, { ...options, preloadVoice: false }),
    options.profile,
  );
}
