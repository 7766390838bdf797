/** An event of the demo's server, as it came. */
export interface ShowcaseEvent {
  readonly kind: string;
  readonly atMs: number;
  readonly arm?: string;
  readonly utterance?: number;
  readonly [field: string]: unknown;
}

/** Keeps all that the demo's server tells. */
export class EventFollower {
  readonly events: ShowcaseEvent[] = [];
  readonly #abort = new AbortController();

  async follow(origin: string): Promise<this> {
    const response = await fetch(new URL('events', origin), { signal: this.#abort.signal });
    if (response.body === null) throw new Error(`no events: ${response.status}`);
    void this.#read(response.body).catch(() => undefined);
    return this;
  }

  stop(): void {
    this.#abort.abort();
  }

  /** Waits for the first event from an index on that will do. */
  async waitFor(
    kind: string,
    isIt: (event: ShowcaseEvent) => boolean = () => true,
    from = 0,
    limitMs = 25_000,
  ): Promise<ShowcaseEvent> {
    const endMs = performance.now() + limitMs;
    for (;;) {
      const found = this.events.slice(from).find((event) => event.kind === kind && isIt(event));
      if (found !== undefined) return found;
      if (performance.now() > endMs) {
        const told = this.events
          .slice(from)
          .map((event) => `${event.kind}${event.arm === undefined ? '' : `/${event.arm}`}`);
        throw new Error(`no ${kind} within ${limitMs} ms, but ${told.slice(-60).join(' ')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  of(kind: string, from = 0): ShowcaseEvent[] {
    return this.events.slice(from).filter((event) => event.kind === kind);
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of body) {
      rest += decoder.decode(chunk, { stream: true });
      const blocks = rest.split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = block.split('\n').find((line) => line.startsWith('data:'));
        if (data !== undefined) this.events.push(JSON.parse(data.slice(5)) as ShowcaseEvent);
      }
    }
  }
}
