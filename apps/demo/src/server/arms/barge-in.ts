import type { ArmId, DemoEventTypes } from '../../protocol.js';
import type { EventFeed } from '../event-feed.js';

type Source = DemoEventTypes['stopped']['source'];

/** What counts more: ears than reports, reports than sums. */
const RANK: Readonly<Record<Source, number>> = { estimate: 0, receiver: 1, page: 2 };

/** What a stop cost on one arm, and how fast silence came. */
export class BargeIn {
  readonly #eventFeed: EventFeed;
  readonly #names: { readonly arm: ArmId; readonly utterance: number };
  #stop: { readonly atMs: number; sentMs: number; heardMs: number } | undefined;
  #silenceAfterMs: number | null = null;
  #source: Source = 'estimate';

  constructor(eventFeed: EventFeed, names: { readonly arm: ArmId; readonly utterance: number }) {
    this.#eventFeed = eventFeed;
    this.#names = names;
  }

  get hasStopped(): boolean {
    return this.#stop !== undefined;
  }

  /** The speech was stopped when so much had been sent and heard. */
  stop(atMs: number, sentMs: number, heardMs: number): void {
    if (this.#stop !== undefined) return;
    this.#stop = { atMs, sentMs, heardMs };
    this.#post();
  }

  /** Exact figures, known later. */
  settle(sentMs: number, heardMs: number): void {
    if (this.#stop === undefined) return;
    this.#stop = { ...this.#stop, sentMs, heardMs };
    this.#post();
  }

  /** The listener fell silent, or will. Of several sources the best counts, and of that its first word. */
  silent(atMs: number, source: Source): void {
    if (this.#stop === undefined) return;
    if (this.#silenceAfterMs !== null && RANK[source] <= RANK[this.#source]) return;
    // A stop may fall into a pause between words.
    this.#silenceAfterMs = Math.max(0, atMs - this.#stop.atMs);
    this.#source = source;
    this.#post();
  }

  #post(): void {
    if (this.#stop === undefined) return;
    const { sentMs, heardMs } = this.#stop;
    this.#eventFeed.post('stopped', {
      ...this.#names,
      sentMs,
      heardMs: Math.min(sentMs, heardMs),
      wastedMs: Math.max(0, sentMs - heardMs),
      silenceAfterMs: this.#silenceAfterMs,
      source: this.#source,
    });
  }
}
