import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { FixedPorts } from './options.js';

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

function holdTcp(port: number, host: string | undefined): Promise<HeldPort> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, exclusive: true, ...(host === undefined ? {} : { host }) }, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new TypeError('a TCP server without a port');
      resolve({
        port: address.port,
        release: () => new Promise((released) => server.close(() => released())),
      });
    });
  });
}

function holdUdp(port: number): Promise<HeldPort> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', (error) => {
      socket.close();
      reject(Object.assign(error, { port }));
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      resolve({
        port: socket.address().port,
        release: () => new Promise((released) => socket.close(() => released())),
      });
    });
  });
}
