import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { FixedPorts } from './livekit-server.js';

export interface ServerKeys {
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** Fresh random keys; the server refuses secrets of fewer than 32 characters. */
export function createKeys(): ServerKeys {
  return { apiKey: `API${randomBytes(6).toString('hex')}`, apiSecret: randomBytes(36).toString('base64url') };
}

/**
 * Configuration (YAML) of a server that is reachable on loopback alone, unless a port for ICE-TCP is asked for: the
 * server offers that on every interface. With ICE-lite it opens no paths of its own to the clients, which would lead
 * around an emulated access network.
 */
export function renderServerConfig(ports: ServerPorts, keys: ServerKeys, sctpMinCwnd?: number): string {
  const lines = [
    `port: ${ports.httpPort}`,
    'bind_addresses: ["127.0.0.1"]',
    'rtc:',
    ...(sctpMinCwnd === undefined ? [] : [`  sctp_min_cwnd: ${sctpMinCwnd}`]),
    '  use_ice_lite: true',
    `  tcp_port: ${ports.tcpPort ?? 0}`,
    `  udp_port: ${ports.udpPort}`,
    '  use_external_ip: false',
    '  node_ip: 127.0.0.1',
    '  enable_loopback_candidate: true',
    '  interfaces:',
    '    includes: [lo]',
    'keys:',
    `  ${keys.apiKey}: ${JSON.stringify(keys.apiSecret)}`,
    'logging:',
    '  level: info',
  ];
  return `${lines.join('\n')}\n`;
}

export interface ServerPorts {
  readonly httpPort: number;
  /** Absent: no ICE-TCP, which the server cannot be told to offer on loopback alone. */
  readonly tcpPort: number | undefined;
  readonly udpPort: number;
}

/**
 * Picks ports that nobody listens on at the moment, keeping those that are fixed. Another process may take one before
 * the server binds it; the caller retries then. Free ones come from the system's ephemeral range: five digits.
 *
 * @throws with `code: 'EADDRINUSE'` and `port` if a fixed port is taken.
 */
export async function pickPorts(fixed: FixedPorts = {}): Promise<ServerPorts> {
  // Held together, so that HTTP cannot be given the port of ICE-TCP, which listens on every interface.
  const tcp = fixed.tcpPort === undefined ? undefined : await holdTcp(fixed.tcpPort, undefined);
  try {
    const http = await holdTcp(fixed.httpPort ?? 0, '127.0.0.1');
    await http.release();
    const udp = await holdUdp(fixed.udpPort ?? 0);
    await udp.release();
    return { httpPort: http.port, tcpPort: tcp?.port, udpPort: udp.port };
  } finally {
    await tcp?.release();
  }
}

interface HeldPort {
  readonly port: number;
  release(): Promise<void>;
}

async function holdTcp(port: number, host: string | undefined): Promise<HeldPort> {
  const server = createServer().listen({ port, host, exclusive: true });
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    release: () => new Promise((released) => server.close(() => released())),
  };
}

async function holdUdp(port: number): Promise<HeldPort> {
  const socket = createSocket('udp4');
  try {
    const listening = once(socket, 'listening');
    socket.bind({ port, address: '127.0.0.1', exclusive: true });
    await listening;
  } catch (error) {
    socket.close();
    throw Object.assign(error as Error, { port });
  }
  return {
    port: socket.address().port,
    release: () => new Promise((released) => socket.close(() => released())),
  };
}
