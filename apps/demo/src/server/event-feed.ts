import { type Clock, type Disposable, Emitter } from '@eloquence/plugin-api';
import type { DemoEvent, DemoEventTypes } from '../protocol.js';

/** Figures that change often are posted at most this often, ms. */
const COALESCE_MS = 100;
/** Before these, figures that wait are posted: they would come too late. */
const CLOSING_KINDS: ReadonlySet<keyof DemoEventTypes> = new Set(['speakStart', 'stopped', 'end']);

/** Everything that the pages are told, in order. */
export class EventFeed implements Disposable {
  readonly #clock: Clock;
  readonly #onDidPost = new Emitter<DemoEvent>();
  /** The latest of each figure that waits to be posted. */
  readonly #waiting = new Map<string, () => void>();
  #timer: Disposable | undefined;

  readonly onDidPost = this.#onDidPost.event;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  /** Posts at once. Before an end, figures that wait go first, so that the order is kept. */
  post<Kind extends keyof DemoEventTypes>(kind: Kind, fields: DemoEventTypes[Kind], atMs?: number): void {
    if (CLOSING_KINDS.has(kind)) this.flush();
    this.#fire(kind, fields, atMs ?? this.#clock.nowMs());
  }

  /** Posts within 100 ms, unless newer fields come under the same key before. */
  postLatest<Kind extends keyof DemoEventTypes>(key: string, kind: Kind, fields: DemoEventTypes[Kind]): void {
    const atMs = this.#clock.nowMs();
    const name = `${kind} ${key}`;
    // Set anew, so that figures leave in the order of their latest values.
    this.#waiting.delete(name);
    this.#waiting.set(name, () => this.#fire(kind, fields, atMs));
    this.#timer ??= this.#clock.setTimer(() => this.flush(), COALESCE_MS);
  }

  flush(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const fire of waiting) fire();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#waiting.clear();
    this.#onDidPost.dispose();
  }

  #fire<Kind extends keyof DemoEventTypes>(kind: Kind, fields: DemoEventTypes[Kind], atMs: number): void {
    // The type of events is made from exactly these parts, which the compiler does not see through.
    this.#onDidPost.fire({ kind, atMs, ...fields } as unknown as DemoEvent);
  }
}
