import type {
  DemoAnswers,
  DemoEvent,
  DemoEventOf,
  DemoEventTypes,
  DemoRequests,
  SessionFacts,
} from '../protocol.js';

/** A page without a page: asks, and keeps what it is told. */
export class DemoClient {
  readonly events: DemoEvent[] = [];
  readonly #origin: string;
  readonly #abort = new AbortController();
  #reading: Promise<void> | undefined;

  constructor(origin: string) {
    this.#origin = origin.replace(/\/$/, '');
  }

  /** Follows the events from now on. */
  async follow(): Promise<this> {
    const response = await fetch(`${this.#origin}/events`, { signal: this.#abort.signal });
    if (!response.ok || response.body === null) throw new Error(`no events: ${response.status}`);
    this.#reading = this.#read(response.body).catch((error: unknown) => {
      if (!this.#abort.signal.aborted) throw error;
    });
    await this.waitFor('hello');
    return this;
  }

  async session(): Promise<SessionFacts> {
    return (await (await fetch(`${this.#origin}/api/session`)).json()) as SessionFacts;
  }

  /** @throws Error with the refusal in it */
  async post<Path extends keyof DemoRequests>(
    path: Path,
    body: DemoRequests[Path],
  ): Promise<DemoAnswers[Path]> {
    const response = await fetch(this.#origin + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as DemoAnswers[Path];
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  }

  of<Kind extends keyof DemoEventTypes>(kind: Kind): DemoEventOf<Kind>[] {
    return this.events.filter((event): event is DemoEventOf<Kind> => event.kind === kind);
  }

  /** The first event of a kind that will do. */
  async waitFor<Kind extends keyof DemoEventTypes>(
    kind: Kind,
    isIt: (event: DemoEventOf<Kind>) => boolean = () => true,
    limitMs = 20_000,
  ): Promise<DemoEventOf<Kind>> {
    const endMs = performance.now() + limitMs;
    for (;;) {
      const found = this.of(kind).find(isIt);
      if (found !== undefined) return found;
      if (performance.now() > endMs) {
        const tail = this.events.slice(-20).map((event) => JSON.stringify(event).slice(0, 300));
        throw new Error(`no such '${kind}' within ${limitMs} ms; the last events:\n${tail.join('\n')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#reading;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(part, { stream: true });
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages)
        if (message.startsWith('data: ')) this.events.push(JSON.parse(message.slice(6)) as DemoEvent);
    }
  }
}
