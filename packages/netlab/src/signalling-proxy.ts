import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { type Clock, EloquenceError } from '@eloquence/plugin-api';
import { DelayedPipe } from './delayed-pipe.js';
import { type BytePatch, StreamPatcher } from './stream-patcher.js';

/** Connections open at once; more are refused and counted. */
const MAX_CONNECTIONS = 64;

/** What a direction of the link does to a TCP stream: it delays it, and holds it during a blackout. */
export interface SignallingDirection {
  readonly delayMs: number;
  readonly down: boolean;
}

export interface SignallingProxyOptions {
  readonly clock: Clock;
  readonly host: string;
  /** Port to listen on; 0 takes a free one. */
  readonly port: number;
  readonly serverHost: string;
  readonly serverPort: number;
  /** UDP port in the server's candidates and the one to put in its place, with as many digits. */
  readonly udpPorts: PortPair;
  /** The same for the server's ICE-TCP candidates. */
  readonly tcpPorts: PortPair | undefined;
  readonly up: () => SignallingDirection;
  readonly down: () => SignallingDirection;
}

export interface PortPair {
  readonly from: number;
  readonly to: number;
}

export interface SignallingStats {
  /** Connections accepted so far. */
  connections: number;
  openConnections: number;
  refusedConnections: number;
  /** Errors of either side of a connection. */
  errors: number;
  bytesUp: number;
  bytesDown: number;
  /** UDP candidates pointed at the relay. If this stays 0, media goes around the emulator. */
  rewrites: number;
  /** ICE-TCP candidates made unreachable. */
  tcpRewrites: number;
  /** `Sec-WebSocket-Extensions` headers hidden from the server. */
  hiddenHeaders: number;
}

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Compressed signalling could not be rewritten, so the client's offer to compress is made unintelligible. */
const HIDE_EXTENSIONS: BytePatch = {
  name: 'header',
  find: latin1('\nsec-websocket-extensions:'),
  replace: latin1('\nxec-websocket-extensions:'),
  ignoreCase: true,
};

/** In SDP and in trickled candidates alike (RFC 8839 §5.1) the port stands before the word `typ`. */
function candidatePatch(name: string, { from, to }: PortPair): BytePatch {
  return { name, find: latin1(` ${from} typ`), replace: latin1(` ${to} typ`) };
}

/** TCP proxy of a signalling connection that points the server's candidates at the relay. */
export class SignallingProxy {
  readonly #options: SignallingProxyOptions;
  readonly #server: Server;
  readonly #pipes = new Set<DelayedPipe>();
  readonly #sockets = new Set<Socket>();
  readonly #openPatchers = new Set<StreamPatcher>();
  readonly #stats: SignallingStats = {
    connections: 0,
    openConnections: 0,
    refusedConnections: 0,
    errors: 0,
    bytesUp: 0,
    bytesDown: 0,
    rewrites: 0,
    tcpRewrites: 0,
    hiddenHeaders: 0,
  };

  constructor(options: SignallingProxyOptions) {
    this.#options = options;
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => this.#accept(client));
  }

  /** @throws EloquenceError `PORT_TAKEN` or `IO_FAILED`. */
  async listen(): Promise<void> {
    const { host, port } = this.#options;
    try {
      this.#server.listen(port, host);
      await once(this.#server, 'listening');
      this.#server.on('error', () => this.#stats.errors++);
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      const isTaken = code === 'EADDRINUSE';
      throw new EloquenceError(
        isTaken ? 'PORT_TAKEN' : 'IO_FAILED',
        `Cannot listen on ${host}:${port}: ${message}`,
        { value: port, cause, hint: 'Choose another signalling port, or 0 for a free one.' },
      );
    }
  }

  /** The port that is listened on. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stats(): SignallingStats {
    const stats = { ...this.#stats, openConnections: this.#sockets.size / 2 };
    for (const patcher of this.#openPatchers) addCounts(stats, patcher);
    return stats;
  }

  /** Lets go what a blackout held; to be called whenever the link changes. */
  wake(): void {
    for (const pipe of this.#pipes) pipe.wake();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(client: Socket): void {
    if (this.#sockets.size >= 2 * MAX_CONNECTIONS) {
      this.#stats.refusedConnections++;
      client.destroy();
      return;
    }
    this.#stats.connections++;
    const { clock, serverHost, serverPort, udpPorts, tcpPorts, up, down } = this.#options;
    const server = connect({ host: serverHost, port: serverPort, noDelay: true, allowHalfOpen: true });
    const upPatcher = new StreamPatcher([HIDE_EXTENSIONS]);
    const downPatcher = new StreamPatcher([
      candidatePatch('udp', udpPorts),
      ...(tcpPorts === undefined ? [] : [candidatePatch('tcp', tcpPorts)]),
    ]);
    const pipe = (source: Socket, sink: Socket, patcher: StreamPatcher, name: 'Up' | 'Down'): DelayedPipe => {
      const direction = name === 'Up' ? up : down;
      return new DelayedPipe({
        ...{ clock, source, sink, patcher },
        delayMs: () => direction().delayMs,
        isHeld: () => direction().down,
        onBytes: (bytes) => (this.#stats[`bytes${name}`] += bytes),
      });
    };
    const pipes = [pipe(client, server, upPatcher, 'Up'), pipe(server, client, downPatcher, 'Down')];
    for (const opened of pipes) this.#pipes.add(opened);
    for (const patcher of [upPatcher, downPatcher]) this.#openPatchers.add(patcher);
    const sockets = [client, server];
    let isOpen = true;
    let closedSides = 0;
    const close = (): void => {
      if (!isOpen) return;
      isOpen = false;
      for (const opened of pipes) {
        this.#pipes.delete(opened);
        opened.dispose();
      }
      for (const patcher of [upPatcher, downPatcher]) {
        this.#openPatchers.delete(patcher);
        addCounts(this.#stats, patcher);
      }
      for (const socket of sockets) {
        this.#sockets.delete(socket);
        socket.destroy();
      }
    };
    for (const socket of sockets) {
      this.#sockets.add(socket);
      socket.on('error', () => this.#stats.errors++);
      socket.on('close', () => {
        closedSides++;
        // After an end in good order, what was sent before may still be on its way to the other side.
        const endedInGoodOrder = socket.errored === null && socket.readableEnded;
        if (closedSides === sockets.length || !endedInGoodOrder) close();
      });
    }
  }
}

function addCounts(stats: SignallingStats, patcher: StreamPatcher): void {
  stats.rewrites += patcher.counts['udp'] ?? 0;
  stats.tcpRewrites += patcher.counts['tcp'] ?? 0;
  stats.hiddenHeaders += patcher.counts['header'] ?? 0;
}
