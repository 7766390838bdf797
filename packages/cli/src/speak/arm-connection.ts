import { resolve } from 'node:path';
import { type Clock, delay, EloquenceError } from '@eloquence/plugin-api';
import { connectRoom, type Room } from '@eloquence/livekit-adapter';
import type { AccessLink } from '@eloquence/netlab';
import { RemoteListener } from '../listener/remote-listener.js';
import { createToken, readToken } from './access-token.js';
import { type ListenerLink, openListenerLink } from './listener-link.js';
import type { SpeechServer } from './speech-server.js';

export interface ArmConnectionOptions {
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

/** A room with the speaker in this process, and the listener in another one behind the emulated link. */
export interface ArmConnection {
  readonly room: Room;
  /** `undefined` where nobody was asked to listen. */
  readonly listener: RemoteListener | undefined;
  readonly link: ListenerLink | undefined;
  /**
   * Settles as `work` does, but rejects at once when the listener or the server is gone, `signal` is aborted, or
   * `limitMs` is over.
   *
   * @throws EloquenceError `RECEIVER_LEFT`, `SERVER_FAILED`, `ABORTED`, `DELIVERY_INCOMPLETE`
   */
  guard<T>(work: Promise<T>, limitMs: number, signal: AbortSignal): Promise<T>;
  close(): Promise<void>;
}

/** Identities travel in every data packet: as short as can be. */
const SPEAKER = 's';
const LISTENER = 'l';

/** @throws EloquenceError what connecting, the link or the listener's process throws; nothing stays open then. */
export async function openArmConnection(options: ArmConnectionOptions): Promise<ArmConnection> {
  const { server, clock, signal } = options;
  const { url } = server.server;
  const closers: Array<() => Promise<void>> = [];
  const close = async (): Promise<void> => {
    const errors: unknown[] = [];
    for (const closeOne of closers.splice(0).reverse())
      await closeOne().catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw errors[0];
  };
  try {
    let link: ListenerLink | undefined;
    if (options.hasListener) {
      link = await openListenerLink(server, options.link, options.seed);
      const opened = link;
      closers.push(() => opened.close());
    }
    // Both join at once; each is registered for closing as soon as it is there, even if the other one failed.
    const [speaker, listener] = await settleAll([
      (async () => {
        const token = options.token ?? (await createToken(server.server, SPEAKER, options.room));
        const room = await connectRoom({ url, token, signal });
        closers.push(() => room.disconnect());
        return room;
      })(),
      (async () => {
        if (link === undefined) return undefined;
        const opened = await RemoteListener.open(
          {
            url: link.url,
            token: await createToken(server.server, LISTENER, options.room),
            speaker: options.token === undefined ? SPEAKER : readToken(options.token).identity,
            ...(options.out === undefined ? {} : { out: resolve(options.out) }),
          },
          clock,
        );
        closers.push(() => opened.close());
        return opened;
      })(),
    ]);
    await link?.check();
    return {
      room: speaker,
      listener,
      link,
      close,
      guard: (work, limitMs, utteranceSignal) =>
        guardWork(work, [server.died, ...(listener === undefined ? [] : [listener.lost])], {
          limitMs,
          clock,
          signal: utteranceSignal,
        }),
    };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

/** Like `Promise.all`, but settles only when all have: what was opened can be closed then. */
async function settleAll<A, B>(pair: readonly [Promise<A>, Promise<B>]): Promise<[A, B]> {
  await Promise.allSettled(pair);
  return await Promise.all(pair);
}

async function guardWork<T>(
  work: Promise<T>,
  failures: ReadonlyArray<Promise<never>>,
  options: { readonly limitMs: number; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<T> {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(options.signal.reason);
  options.signal.addEventListener('abort', onAbort, { once: true });
  if (options.signal.aborted) onAbort();
  const timeout = delay(options.clock, options.limitMs, controller.signal).then((): never => {
    throw new EloquenceError(
      'DELIVERY_INCOMPLETE',
      'The utterance was not heard in the time it should take.',
      {
        value: Math.round(options.limitMs),
        hint: 'The link may be too slow for it: try --profile EMERGENCY_FALLBACK, or another --link.',
      },
    );
  });
  try {
    return await Promise.race([work, timeout, ...failures]);
  } finally {
    work.catch(() => undefined);
    timeout.catch(() => undefined);
    options.signal.removeEventListener('abort', onAbort);
    controller.abort();
  }
}
