import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { EloquenceError } from '@eloquence/plugin-api';

const MAX_ATTEMPTS = 200;

/** Ports below this one need privileges; those above the other are handed out by the system to anybody. */
const FIRST_UNPRIVILEGED = 1_024;
const FIRST_EPHEMERAL = 32_768;

/**
 * Candidate ports with as many digits as `port`, because the ports of a signalling message can only be replaced
 * in place. They start somewhere that differs by process, so that relays side by side seldom try the same.
 */
export function portsLike(port: number, taken: readonly number[]): number[] {
  const digits = String(port).length;
  const low = Math.max(10 ** (digits - 1), digits < 4 ? 1 : FIRST_UNPRIVILEGED);
  const high = Math.min(10 ** digits, FIRST_EPHEMERAL);
  const size = high - low;
  const start = (process.pid * 7_919 + Number(process.hrtime.bigint() % 1_000_003n)) % size;
  const ports: number[] = [];
  for (let step = 0; step < size && ports.length < MAX_ATTEMPTS; step++) {
    const candidate = low + ((start + step * 101) % size);
    if (candidate !== port && !taken.includes(candidate)) ports.push(candidate);
  }
  return ports;
}

async function firstFree<T>(
  port: number,
  taken: readonly number[],
  open: (port: number) => Promise<T>,
): Promise<T> {
  let cause: unknown;
  for (const candidate of portsLike(port, taken)) {
    try {
      return await open(candidate);
    } catch (error) {
      cause = error;
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' && code !== 'EACCES') break;
    }
  }
  const digits = String(port).length;
  throw new EloquenceError('PORT_TAKEN', `Found no free port with ${digits} digits, as port ${port} has.`, {
    value: port,
    cause,
    hint: 'Run the server on UDP and TCP ports with four or five digits.',
  });
}

/** A UDP socket on a free port with as many digits as `port`. @throws EloquenceError `PORT_TAKEN`. */
export function bindUdpLike(
  port: number,
  host: string,
  taken: readonly number[],
): Promise<{ readonly socket: ReturnType<typeof createUdpSocket>; readonly port: number }> {
  return firstFree(port, taken, async (candidate) => {
    const socket = createUdpSocket();
    try {
      // Asked for first: of an address that needs no look-up the socket tells at once.
      const listening = once(socket, 'listening');
      socket.bind(candidate, host);
      await listening;
    } catch (error) {
      socket.close();
      throw error;
    }
    return { socket, port: candidate };
  });
}

/** An IPv4 socket with room for a burst, and without Node's look-up of what is an address already. */
export function createUdpSocket(): ReturnType<typeof createSocket> {
  return createSocket({
    type: 'udp4',
    recvBufferSize: 4 * 1024 * 1024,
    sendBufferSize: 4 * 1024 * 1024,
    lookup: (address, _options, done) => done(null, address, 4),
  });
}

/**
 * A TCP port, with as many digits as `port`, on which nothing can be reached: it is held, so that nobody else
 * can listen there, and each connection is reset at once.
 */
export class DeadTcpPort {
  #attempts = 0;

  private constructor(
    readonly port: number,
    private readonly server: Server,
  ) {
    server.on('connection', (socket) => {
      this.#attempts++;
      socket.on('error', () => undefined);
      socket.resetAndDestroy();
    });
    server.on('error', () => undefined);
  }

  /** @throws EloquenceError `PORT_TAKEN`. */
  static open(port: number, host: string, taken: readonly number[]): Promise<DeadTcpPort> {
    return firstFree(port, taken, async (candidate) => {
      const server = createServer().listen(candidate, host);
      await once(server, 'listening');
      return new DeadTcpPort(candidate, server);
    });
  }

  /** Connections that were tried, in vain. */
  get attempts(): number {
    return this.#attempts;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
