import { type AccessLink, type AccessNetwork, startAccessNetwork } from '@eloquence/netlab';
import { EloquenceError } from '@eloquence/plugin-api';
import { type Child, startChild } from '@eloquence/base/node';
import { createToken } from '../server/access-token.js';
import type { TestServer } from '../server/test-server.js';
import type { Heard, Listener } from './listener.js';
import type { ListenerQuestion } from './listener-process.js';

/** Starting the process and joining the room over a bad link. */
const joinLimitMs = 30_000;
const answerLimitMs = 10_000;

/** A process that listens; it does so in every room that it is asked to join. */
export function startListenerProcess(): Child<ListenerQuestion, Heard | undefined> {
  return startChild({
    entry: new URL('./listener-process.js', import.meta.url),
    name: 'listener',
    endedCode: 'RECEIVER_LEFT',
    silentCode: 'NO_RECEIVER',
  });
}

/**
 * Puts an emulated link in front of the server, or nothing where no link is asked for and the server's ports are not
 * known.
 *
 * @throws EloquenceError `LINK_INVALID` if a link is asked for that cannot be put there.
 */
export async function openLink(
  { url, udpPort, tcpPort }: Pick<TestServer, 'url' | 'udpPort' | 'tcpPort'>,
  link: AccessLink,
  seed: number,
): Promise<AccessNetwork | undefined> {
  if (udpPort !== undefined) {
    const ports = { serverUdpPort: udpPort, serverTcpPort: tcpPort };
    return await startAccessNetwork({ serverUrl: url, ...ports, link, seed });
  }
  if (link.name === 'none') return undefined;
  throw new EloquenceError('LINK_INVALID', `Link ${link.name} cannot be put in front of ${url}.`, {
    value: link.name,
    hint: 'Set LIVEKIT_UDP_PORT and LIVEKIT_TCP_PORT to its media ports, or unset LIVEKIT_URL to have a local server started.',
  });
}

export interface RemoteListenerOptions {
  readonly server: TestServer;
  readonly room: string;
  readonly identity: string;
  /** Identity of the speaker. */
  readonly speaker: string;
  readonly name: string;
  readonly link: AccessLink;
  readonly seed: number;
  /** WAV file to write; absolute. */
  readonly out: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Opens a listener in a process of its own, behind a link of its own.
 *
 * @throws EloquenceError what the link and connecting throw; `IO_FAILED` if the WAV file cannot be written. Nothing
 * stays open then.
 */
export async function openRemoteListener(options: RemoteListenerOptions): Promise<Listener> {
  const { server, name, link, seed, speaker, out, signal } = options;
  const network = await openLink(server, link, seed);
  const child = startListenerProcess();
  const close = async (): Promise<void> => {
    try {
      await child.close();
    } finally {
      await network?.close();
    }
  };
  try {
    const token = await createToken(server, options.identity, options.room);
    const url = network?.url ?? server.url;
    await child.ask({ type: 'join', url, token, speaker, out }, joinLimitMs, signal);
    await checkDetour(network);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    name,
    link,
    lost: child.lost,
    begin: async (isRecorded) => void (await child.ask({ type: 'begin', isRecorded }, answerLimitMs)),
    collect: async (request) =>
      (await child.ask({ type: 'collect', ...request }, request.timeoutMs + answerLimitMs))!,
    wireBytes: async (wireClass) => (await network?.stats())?.down.entered[wireClass].bytes ?? null,
    configure: async (changes, direction) => {
      if (network === undefined) throw new EloquenceError('LINK_INVALID', `There is no link to '${name}'.`);
      return await network.configure({ [direction]: changes });
    },
    close,
  };
}

/** @throws EloquenceError `INTERNAL` if the listener's packets go around the link. */
async function checkDetour(network: AccessNetwork | undefined): Promise<void> {
  if (network === undefined) return;
  const { rewrites, flows } = await network.stats();
  if (rewrites > 0 && flows > 0) return;
  throw new EloquenceError('INTERNAL', 'The listener did not connect through the emulated link.', {
    value: { rewrites, flows },
    hint: 'Run the server with use_ice_lite and one UDP port on the loopback address.',
  });
}
