import type { ServerResponse } from 'node:http';
import type { Clock, Disposable } from '@eloquence/plugin-api';
import type { DemoEvent } from '../../protocol.js';
import type { DemoService } from '../demo-service.js';

const MAX_STREAMS = 16;
/** A page that lets more than this wait is cut off; it connects anew and gets the whole state. */
const MAX_WAITING_BYTES = 1_048_576;
const ALIVE_MS = 15_000;
/** How long a page waits before it connects anew, ms. */
const RETRY_MS = 1000;

export interface EventStreamCounters {
  opened: number;
  /** Pages beyond the limit. */
  refused: number;
  /** Pages cut off because they did not read. */
  cutOff: number;
}

/** Server-sent events to the open pages. */
export class EventStreams implements Disposable {
  readonly counters: EventStreamCounters = { opened: 0, refused: 0, cutOff: 0 };
  readonly #service: DemoService;
  readonly #clock: Clock;
  readonly #open = new Set<ServerResponse>();
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

  /** @returns false if there are too many pages already: nothing was answered then */
  open(response: ServerResponse): boolean {
    if (this.#open.size >= MAX_STREAMS) {
      this.counters.refused++;
      return false;
    }
    this.counters.opened++;
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(`retry: ${RETRY_MS}\n\n`);
    response.write(toMessage({ kind: 'hello', atMs: this.#clock.nowMs(), state: this.#service.state() }));
    this.#open.add(response);
    response.on('close', () => this.#open.delete(response));
    return true;
  }

  dispose(): void {
    this.#alive?.dispose();
    this.#subscription.dispose();
    for (const response of this.#open) response.end();
    this.#open.clear();
  }

  #broadcast(event: DemoEvent): void {
    if (this.#open.size === 0) return;
    const message = toMessage(event);
    for (const response of this.#open) {
      if (response.writableLength > MAX_WAITING_BYTES) {
        this.counters.cutOff++;
        this.#open.delete(response);
        response.destroy();
      } else response.write(message);
    }
  }

  #planAlive(): void {
    this.#alive = this.#clock.setTimer(() => {
      this.#broadcast({ kind: 'alive', atMs: this.#clock.nowMs() });
      this.#planAlive();
    }, ALIVE_MS);
  }
}

function toMessage(event: DemoEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}
