import { Emitter } from '@eloquence/plugin-api';
import type { DemoEvent } from '../../protocol.js';

const retryMs = 1500;

/** The server's events; connects again by itself for as long as the page is open. */
export class EventStream {
  readonly #onDidReceive = new Emitter<DemoEvent>((error) => console.error(error));
  readonly #onDidChangeConnection = new Emitter<boolean>((error) => console.error(error));
  readonly onDidReceive = this.#onDidReceive.event;
  readonly onDidChangeConnection = this.#onDidChangeConnection.event;
  #isConnected: boolean | undefined;
  #malformed = 0;

  /** Events that could not be read. */
  get malformed(): number {
    return this.#malformed;
  }

  open(): void {
    const source = new EventSource('/events');
    source.onmessage = ({ data }: MessageEvent<string>) => {
      this.#setConnected(true);
      let event: DemoEvent;
      try {
        event = JSON.parse(data) as DemoEvent;
      } catch {
        this.#malformed++;
        return;
      }
      this.#onDidReceive.fire(event);
    };
    source.onerror = () => {
      this.#setConnected(false);
      // The browser gives up for good after an answer that is no event stream.
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(() => this.open(), retryMs);
    };
  }

  #setConnected(isConnected: boolean): void {
    if (this.#isConnected === isConnected) return;
    this.#isConnected = isConnected;
    this.#onDidChangeConnection.fire(isConnected);
  }
}
