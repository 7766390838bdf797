import { resolve } from 'node:path';
import { AsyncDisposableStack } from '@eloquence/base';
import { connectRoom, type Room } from '@eloquence/livekit-adapter';
import type { AccessLink } from '@eloquence/netlab';
import type { Clock } from '@eloquence/plugin-api';
import { RemoteListener } from '../listener/remote-listener.js';
import { createToken, readToken } from '../server/access-token.js';
import { type ArmConnection, LISTENER, SPEAKER } from './arm-connection.js';
import { guardWork } from './guard-work.js';
import { type ListenerLink, openListenerLink } from '../link/listener-link.js';
import type { SpeechServer } from '../server/speech-server.js';

export interface LiveKitConnectionOptions {
  readonly server: SpeechServer;
  readonly room: string;
  /** Token of the speaker, if it is not to be made from the server's key. */
  readonly token: string | undefined;
  readonly link: AccessLink;
  readonly seed: number;
  readonly hasListener: boolean;
  /** WAV file for the listener to write. */
  readonly out: string | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A room on a LiveKit server: the speaker in this process, the listener in another one. */
export interface LiveKitConnection extends ArmConnection {
  readonly target: Room;
}

/** @throws EloquenceError what connecting, the link or the listener's process throws; nothing stays open then. */
export async function openLiveKitConnection(options: LiveKitConnectionOptions): Promise<LiveKitConnection> {
  const { server, clock } = options;
  const resources = new AsyncDisposableStack();
  try {
    let link: ListenerLink | undefined;
    if (options.hasListener) {
      const opened = (link = await openListenerLink(server, options.link, options.seed));
      resources.defer(() => opened.close());
    }
    // Both join at once; each is registered for closing as soon as it is there, even if the other one failed.
    const joining = [joinSpeaker(options, resources), joinListener(options, link, resources)] as const;
    await Promise.allSettled(joining);
    const [room, listener] = await Promise.all(joining);
    await link?.check();
    const failures = [server.died, ...(listener === undefined ? [] : [listener.lost])];
    return {
      target: room,
      plugins: [],
      listener,
      wireBytes: async (wireClass) => (await link?.wireBytes(wireClass)) ?? null,
      guard: (work, limitMs, signal) => guardWork(work, { clock, limitMs, signal, failures }),
      close: () => resources.disposeAsync(),
    };
  } catch (error) {
    await resources.disposeAsync().catch(() => undefined);
    throw error;
  }
}

async function joinSpeaker(
  options: LiveKitConnectionOptions,
  resources: AsyncDisposableStack,
): Promise<Room> {
  const { server, signal } = options;
  const token = options.token ?? (await createToken(server.server, SPEAKER, options.room));
  const room = await connectRoom({ url: server.server.url, token, signal });
  resources.defer(() => room.disconnect());
  return room;
}

async function joinListener(
  options: LiveKitConnectionOptions,
  link: ListenerLink | undefined,
  resources: AsyncDisposableStack,
): Promise<RemoteListener | undefined> {
  if (link === undefined) return undefined;
  const listener = await RemoteListener.open(
    {
      url: link.url,
      token: await createToken(options.server.server, LISTENER, options.room),
      speaker: options.token === undefined ? SPEAKER : readToken(options.token).identity,
      ...(options.out === undefined ? {} : { out: resolve(options.out) }),
    },
    options.clock,
  );
  resources.defer(() => listener.close());
  return listener;
}
