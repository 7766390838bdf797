import type { ServerResponse } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { Clock, Disposable } from '@eloquence/plugin-api';
import type { DemoEvent } from '../../protocol.js';
import type { DemoService } from '../demo-service.js';

const maxStreams = 16;
/** A page that lets more than this wait is cut off; it connects anew and gets the whole state. */
const maxWaitingBytes = 1_048_576;
const aliveMs = 15_000;
/** How long a page waits before it connects anew, ms. */
const retryMs = 1000;

interface OpenStream {
  readonly api: SSEStreamingApi;
  waitingBytes: number;
}

/** Server-sent events to the open pages. */
export class EventStreams implements Disposable {
  readonly #service: DemoService;
  readonly #clock: Clock;
  readonly #open = new Map<ServerResponse, OpenStream>();
  readonly #subscription: Disposable;
  #alive: Disposable | undefined;

  constructor(service: DemoService, clock: Clock) {
    this.#service = service;
    this.#clock = clock;
    this.#subscription = service.onDidPost((event) => this.#broadcast(event));
    this.#planAlive();
  }

  get count(): number {
    return this.#open.size;
  }

  has(response: ServerResponse): boolean {
    return this.#open.has(response);
  }

  /** @returns `undefined` if there are too many pages already */
  open(context: Context<{ Bindings: HttpBindings }>): Response | undefined {
    if (this.#open.size >= maxStreams) return undefined;
    const { outgoing } = context.env;
    const response = streamSSE(context, async (api) => {
      const stream = { api, waitingBytes: 0 };
      const closed = new Promise<void>((resolve) => api.onAbort(resolve));
      const hello = { kind: 'hello', atMs: this.#clock.nowMs(), state: this.#service.state() } as const;
      send(stream, `retry: ${retryMs}\n\n${toMessage(hello)}`);
      this.#open.set(outgoing, stream);
      await closed;
      this.#open.delete(outgoing);
    });
    response.headers.set('Cache-Control', 'no-store');
    return response;
  }

  dispose(): void {
    this.#alive?.dispose();
    this.#subscription.dispose();
    for (const { api } of this.#open.values()) api.abort();
    this.#open.clear();
  }

  #broadcast(event: DemoEvent): void {
    const message = toMessage(event);
    for (const [outgoing, stream] of this.#open) {
      if (stream.waitingBytes > maxWaitingBytes) {
        this.#open.delete(outgoing);
        outgoing.destroy();
      } else send(stream, message);
    }
  }

  #planAlive(): void {
    this.#alive = this.#clock.setTimer(() => {
      this.#broadcast({ kind: 'alive', atMs: this.#clock.nowMs() });
      this.#planAlive();
    }, aliveMs);
  }
}

/** Does not wait: what the page has not taken yet is counted. */
function send(stream: OpenStream, text: string): void {
  const bytes = Buffer.byteLength(text);
  stream.waitingBytes += bytes;
  void stream.api.write(text).then(() => (stream.waitingBytes -= bytes));
}

function toMessage(event: DemoEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}
