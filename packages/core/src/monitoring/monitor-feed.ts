import type { Clock, Disposable, Monitor, SessionEvent } from '@eloquence/plugin-api';
import type { Guard } from '../plugins/guard.js';

/** Events that wait for a monitor; the oldest give way. */
const maxWaiting = 512;
/** How long events are gathered before they are handed over, ms. */
const gatherMs = 20;
/** Most events, and most time, of one hand-over: timers and audio have their turn before the next. */
const maxBatch = 32;
const maxBatchMs = 2;
/** Promises of a monitor that may be open before it is given no more events. */
const maxOpenPromises = 16;

export interface MonitorFeedOptions {
  readonly monitor: Monitor;
  readonly guard: Guard;
  readonly clock: Clock;
  readonly sessionId: number;
}

/**
 * The events on their way to one monitor. Whoever publishes only puts them into a bounded queue; the monitor is
 * called later, from a timer, a few at a time. What it is too slow for is dropped, counted, and told as a `gap`.
 */
export class MonitorFeed implements Disposable {
  readonly #options: MonitorFeedOptions;
  readonly #onEvent: (event: SessionEvent) => void | Promise<void>;
  #waiting: SessionEvent[] = [];
  #timer: Disposable | undefined;
  #openPromises = 0;
  #delivered = 0;
  #dropped = 0;
  #untoldDrops = 0;
  #isDisposed = false;

  constructor(options: MonitorFeedOptions) {
    this.#options = options;
    const { monitor } = options;
    this.#onEvent = (event) => monitor.onEvent(event);
  }

  /** Events that the monitor was given. */
  get delivered(): number {
    return this.#delivered;
  }

  /** Events that it missed. */
  get dropped(): number {
    return this.#dropped;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  push(event: SessionEvent): void {
    if (this.#isDisposed) return;
    if (this.#options.guard.isTripped) {
      this.#dropped += 1 + this.#waiting.length;
      this.#waiting = [];
      return;
    }
    if (this.#waiting.length >= maxWaiting) {
      this.#waiting.shift();
      this.#dropped++;
      this.#untoldDrops++;
    }
    this.#waiting.push(event);
    this.#schedule();
  }

  /** Hands over what one batch can take of the rest, then ends the monitor. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#deliver();
    this.#isDisposed = true;
    this.#timer?.dispose();
    this.#dropped += this.#waiting.length;
    this.#waiting = [];
    const { guard, monitor } = this.#options;
    guard.release(() => monitor.dispose());
  }

  #schedule(): void {
    if (this.#waiting.length === 0 || this.#openPromises >= maxOpenPromises) return;
    this.#timer ??= this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      this.#deliver();
      this.#schedule();
    }, gatherMs);
  }

  #deliver(): void {
    const { clock, sessionId } = this.#options;
    const endMs = clock.nowMs() + maxBatchMs;
    let taken = 0;
    while (taken < this.#waiting.length && taken < maxBatch && this.#openPromises < maxOpenPromises) {
      if (this.#untoldDrops > 0) {
        const droppedEvents = this.#untoldDrops;
        this.#untoldDrops = 0;
        this.#hand(Object.freeze({ kind: 'gap', sessionId, atMs: clock.nowMs(), droppedEvents }));
      }
      this.#hand(this.#waiting[taken++]!);
      if (clock.nowMs() >= endMs) break;
    }
    this.#waiting.splice(0, taken);
  }

  #hand(event: SessionEvent): void {
    const { guard } = this.#options;
    if (guard.isTripped) {
      this.#dropped++;
      return;
    }
    this.#delivered++;
    const result = guard.call(this.#onEvent, event, nothing);
    if (typeof (result as PromiseLike<void> | undefined)?.then !== 'function') return;
    this.#openPromises++;
    // The guard counts a rejection and a promise that stays open; nobody waits for it.
    const close = (): void => {
      this.#openPromises--;
      this.#schedule();
    };
    void guard.promise(() => result).then(close, close);
  }
}

function nothing(): void {
  return undefined;
}
