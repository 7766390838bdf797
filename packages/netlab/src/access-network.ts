import { type Clock, createSystemClock, EloquenceError } from '@eloquence/plugin-api';
import { describe, type DirectionConditions } from './direction-conditions.js';
import { type AccessLink, directionConditions, parseLink } from './access-link.js';
import type { RelaySettings } from './relay.js';
import { createLocalRelay, createRelayClient, type RelayControl } from './relay-client.js';

export interface AccessNetworkOptions {
  /** Signalling address of the server: `ws://` or `http://` on an IPv4 loopback address. */
  readonly serverUrl: string;
  /** UDP port in the server's candidates. */
  readonly serverUdpPort: number;
  /** ICE-TCP port of the server, if it has one: its candidates are made unreachable. */
  readonly serverTcpPort?: number | undefined;
  /** The link, or how {@link parseLink} reads one; `none` unless told. */
  readonly link?: AccessLink | string;
  /** Conditions that differ from the link's, by direction. */
  readonly up?: Partial<DirectionConditions>;
  readonly down?: Partial<DirectionConditions>;
  /** Seed of losses and jitter in both directions, 1 unless told. */
  readonly seed?: number;
  /** Port to listen on for signalling; 0, the default, takes a free one. */
  readonly signalPort?: number;
  /** Most client ports at once, 64 unless told. */
  readonly maxFlows?: number;
  /** A client port silent for this long is forgotten, 60 000 ms unless told. */
  readonly flowIdleMs?: number;
  /**
   * `process`, the default, forks the relay, so that a busy owner cannot disturb its timing. `in-process` needs
   * no build, and is for tests of what does not depend on timing.
   */
  readonly isolation?: 'process' | 'in-process' | undefined;
  readonly clock?: Clock;
}

/** A running access network between clients and one server. Close it when done. */
export interface AccessNetwork extends RelayControl {
  /** Address for clients to connect to instead of the server's. */
  readonly url: string;
  readonly signalPort: number;
  /** Port that stands in the candidates that clients receive. */
  readonly udpPort: number;
  readonly link: AccessLink;
  readonly seed: number;
}

/**
 * Puts an emulated access link in front of a LiveKit server: clients that connect to `url` signal and send
 * media through it, in both directions. Needs no privileges.
 *
 * The server should run ICE-lite with one UDP port on the loopback address, or it opens direct paths to the
 * client. Check `stats().rewrites > 0` after connecting: until then nothing is known to pass through the link.
 *
 * @throws EloquenceError `OPTION_INVALID`, `LINK_INVALID`, `PORT_TAKEN` or `IO_FAILED`.
 */
export async function startAccessNetwork(options: AccessNetworkOptions): Promise<AccessNetwork> {
  const link = typeof options.link === 'object' ? options.link : parseLink(options.link ?? 'none');
  const seed = options.seed ?? 1;
  const settings = relaySettings(options, link, seed);
  const { start, ...relay } =
    options.isolation === 'in-process'
      ? createLocalRelay(options.clock ?? createSystemClock())
      : createRelayClient();
  try {
    const ports = await start(settings);
    return { link, seed, ...ports, url: `ws://${settings.host}:${ports.signalPort}`, ...relay };
  } catch (error) {
    await relay.close();
    throw error;
  }
}

function relaySettings(options: AccessNetworkOptions, link: AccessLink, seed: number): RelaySettings {
  const { host, port } = parseServerUrl(options.serverUrl);
  if (!Number.isSafeInteger(seed)) {
    throw new EloquenceError('OPTION_INVALID', `The seed is ${describe(seed)}.`, {
      value: seed,
      hint: 'Give a whole number.',
    });
  }
  const conditions = directionConditions(link);
  return {
    host,
    serverPort: port,
    serverUdpPort: checkPort('serverUdpPort', options.serverUdpPort, 1),
    serverTcpPort:
      options.serverTcpPort === undefined ? undefined : checkPort('serverTcpPort', options.serverTcpPort, 1),
    signalPort: checkPort('signalPort', options.signalPort ?? 0, 0),
    seed,
    up: { ...conditions, ...options.up },
    down: { ...conditions, ...options.down },
    maxFlows: options.maxFlows,
    flowIdleMs: options.flowIdleMs,
  };
}

function checkPort(name: string, value: number, low: number): number {
  if (Number.isInteger(value) && value >= low && value <= 65_535) return value;
  throw new EloquenceError('OPTION_INVALID', `${name} is ${describe(value)}.`, {
    value,
    hint: `Give a port from ${low} to 65535.`,
  });
}

function parseServerUrl(text: string): { host: string; port: number } {
  const refuse = (problem: string, hint: string): never => {
    throw new EloquenceError('OPTION_INVALID', `The server's URL ${describe(text)} ${problem}.`, {
      value: text,
      hint,
    });
  };
  const url = URL.canParse(text)
    ? new URL(text)
    : refuse('is not a URL', 'Write it like ws://127.0.0.1:7880.');
  if (url.protocol !== 'ws:' && url.protocol !== 'http:') {
    refuse(
      'is not plain ws://',
      'Encrypted signalling cannot be pointed at the relay: use ws:// on loopback.',
    );
  }
  const host = url.hostname === 'localhost' ? '127.0.0.1' : url.hostname;
  if (!/^127\.\d+\.\d+\.\d+$/.test(host)) {
    refuse(
      'is not on this machine',
      'Use an address in 127.0.0.0/8, with the server set to node_ip 127.0.0.1.',
    );
  }
  return { host, port: Number(url.port || 80) };
}
