import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type Clock, EloquenceError } from '@eloquence/plugin-api';
import type { DemoService } from '../demo-service.js';
import { limitConnections } from './connection-limit.js';
import { EventStreams } from './event-streams.js';
import { createWebApp } from './web-app.js';

const host = '127.0.0.1';
const maxConnections = 128;

export interface DemoWebServerOptions {
  readonly service: DemoService;
  readonly clock: Clock;
  /** Folder of the built page. */
  readonly pageFolder: string;
  /** 0, the default, takes a free one. */
  readonly port?: number | undefined;
}

/** Serves the page, its events and its requests, to this machine only. */
export class DemoWebServer {
  readonly #streams: EventStreams;
  readonly #server: Server;

  private constructor({ service, clock, pageFolder }: DemoWebServerOptions) {
    this.#streams = new EventStreams(service, clock);
    const app = createWebApp({ service, streams: this.#streams, pageFolder, port: () => this.port });
    const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
    this.#server = createServer(
      { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 },
      (request, response) => void answer(request, response),
    );
    limitConnections(this.#server, maxConnections, (response) => this.#streams.has(response));
  }

  /** @throws EloquenceError `PORT_TAKEN`, `IO_FAILED` */
  static async start(options: DemoWebServerOptions): Promise<DemoWebServer> {
    const web = new DemoWebServer(options);
    const { port = 0 } = options;
    try {
      web.#server.listen(port, host);
      await once(web.#server, 'listening');
    } catch (cause) {
      web.#streams.dispose();
      const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
      throw new EloquenceError(
        isTaken ? 'PORT_TAKEN' : 'IO_FAILED',
        `The page cannot be served on port ${port}.`,
        { value: port, hint: 'Leave --port out to take a free one.', cause },
      );
    }
    return web;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://${host}:${this.port}/`;
  }

  /** Pages that are open. */
  get pages(): number {
    return this.#streams.count;
  }

  async close(): Promise<void> {
    this.#streams.dispose();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}
