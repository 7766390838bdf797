import { randomBytes } from 'node:crypto';
import type { ServerPorts } from './free-ports.js';

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
