import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, EloquenceError } from '@eloquence/plugin-api';
import type { ClockAnswer } from '../../protocol.js';
import type { DemoService, RequestPath } from '../demo-service.js';
import { checkCaller } from './check-caller.js';
import { EventStreams } from './event-stream.js';
import { BodyTooLongError, readJsonBody } from './read-json-body.js';
import { refuse, refuseError, sendJson } from './refuse.js';
import { toProblem } from '../problems.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { StaticFiles } from './static-files.js';

const HOST = '127.0.0.1';

export interface DemoWebServerOptions {
  readonly service: DemoService;
  readonly clock: Clock;
  /** Folder of the built page. */
  readonly pageFolder: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
}

/** Serves the page, its events and its requests, to this machine only. */
export class DemoWebServer {
  readonly #service: DemoService;
  readonly #files: StaticFiles;
  readonly #streams: EventStreams;
  readonly #server: Server;

  private constructor({ service, clock, pageFolder }: DemoWebServerOptions) {
    this.#service = service;
    this.#files = new StaticFiles(pageFolder);
    this.#streams = new EventStreams(service, clock);
    this.#server = createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else refuseError(response, error);
      });
    });
    this.#server.maxConnections = 128;
  }

  /** @throws EloquenceError `PORT_TAKEN`, `IO_FAILED` */
  static async start(options: DemoWebServerOptions): Promise<DemoWebServer> {
    const web = new DemoWebServer(options);
    const { port = 0 } = options;
    try {
      await new Promise<void>((resolve, reject) => {
        web.#server.once('error', reject);
        web.#server.listen(port, HOST, resolve);
      });
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
    return `http://${HOST}:${this.port}/`;
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

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const problem = checkCaller(request, this.port);
    if (problem !== undefined) return refuse(response, 403, problem);
    // Not through URL, which would resolve dots before they can be refused.
    const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
    const { method } = request;
    if (method === 'POST') return await this.#post(path, request, response);
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD, POST');
      return refuse(response, 405, notHere(`${method ?? '?'} is not understood`));
    }
    await this.#get(path, response, method === 'HEAD');
  }

  async #get(path: string, response: ServerResponse, isHead: boolean): Promise<void> {
    if (path === '/events' && !isHead) {
      if (this.#streams.open(response)) return;
      return refuse(response, 503, {
        code: 'OPTION_INVALID',
        message: 'Too many pages are open.',
        hint: 'Close some of them.',
      });
    }
    response.setHeader('Cache-Control', 'no-store');
    if (path === '/api/clock')
      return sendJson(response, 200, { serverMs: this.#service.nowMs() } satisfies ClockAnswer);
    if (path === '/api/session') return sendJson(response, 200, await this.#service.openSession());
    if (await this.#files.serve(path, response, isHead)) return;
    if (path === '/' && !(await this.#files.hasPage()))
      return refuse(response, 503, {
        code: 'IO_FAILED',
        message: 'The page has not been built.',
        hint: 'Run: npx nx build @eloquence/demo',
      });
    refuse(response, 404, notHere('There is nothing at this address'));
  }

  async #post(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { handlers } = this.#service;
    if (!Object.hasOwn(handlers, path)) return refuse(response, 404, notHere('There is no such request'));
    response.setHeader('Cache-Control', 'no-store');
    let body: Record<string, unknown>;
    try {
      body = await readJsonBody(request);
    } catch (error) {
      return refuse(response, error instanceof BodyTooLongError ? 413 : 400, toProblem(error));
    }
    sendJson(response, 200, await handlers[path as RequestPath](body));
  }
}

function notHere(message: string): { code: string; message: string; hint: string } {
  return { code: 'OPTION_INVALID', message: `${message}.`, hint: 'Open the address that the demo printed.' };
}
