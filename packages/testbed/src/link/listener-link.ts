import { EloquenceError } from '@eloquence/plugin-api';
import { type AccessLink, type AccessNetwork, startAccessNetwork } from '@eloquence/netlab';
import type { SpeechServer } from '../server/speech-server.js';

/** Which packets an arm's audio travels in. */
export type WireClass = 'dtls' | 'rtp';

/** The way between server and listener. */
export interface ListenerLink {
  /** Address for the listener. */
  readonly url: string;
  /** IP bytes that entered the listener's downlink so far; `null` if nobody counts. */
  wireBytes(wireClass: WireClass): Promise<number | null>;
  /** @throws EloquenceError `INTERNAL` if the listener's packets go around the link. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Puts the emulated link in front of the server. A server on another machine, or one whose ports are not known,
 * can only be reached directly, and then nothing is counted.
 *
 * @throws EloquenceError `LINK_INVALID` if a link is asked for that cannot be put there.
 */
export async function openListenerLink(
  server: SpeechServer,
  link: AccessLink,
  seed: number,
): Promise<ListenerLink> {
  if (server.udpPort === undefined) {
    if (link.name === 'none') return directLink(server.server.url);
    throw new EloquenceError(
      'LINK_INVALID',
      `Link ${link.name} cannot be put in front of ${server.server.url}.`,
      {
        value: link.name,
        hint: 'Set LIVEKIT_UDP_PORT and LIVEKIT_TCP_PORT to its media ports, or unset LIVEKIT_URL to have a local server started.',
      },
    );
  }
  const network = await startAccessNetwork({
    serverUrl: server.server.url,
    serverUdpPort: server.udpPort,
    ...(server.tcpPort === undefined ? {} : { serverTcpPort: server.tcpPort }),
    link,
    seed,
  });
  return emulatedLink(network);
}

function emulatedLink(network: AccessNetwork): ListenerLink {
  return {
    url: network.url,
    wireBytes: async (wireClass) => (await network.stats()).down.entered[wireClass].bytes,
    check: async () => {
      const { rewrites, flows } = await network.stats();
      if (rewrites > 0 && flows > 0) return;
      throw new EloquenceError('INTERNAL', 'The listener did not connect through the emulated link.', {
        value: { rewrites, flows },
        hint: 'Run the server with use_ice_lite and one UDP port on the loopback address.',
      });
    },
    close: () => network.close(),
  };
}

function directLink(url: string): ListenerLink {
  return {
    url,
    wireBytes: async () => null,
    check: async () => undefined,
    close: async () => undefined,
  };
}
