import type { Clock, Disposable, ProbeRequest } from '@eloquence/plugin-api';

/** Pings come no closer together than this, ms, and are no more than so many. */
const leastIntervalMs = 10;
const mostPings = 1000;

/** Calls at an interval, so many times. Holds a timer only while calls are left. */
export class PingTrain implements Disposable {
  readonly #clock: Clock;
  readonly #ping: () => void;
  #timer: Disposable | undefined;
  #intervalMs = 0;
  #left = 0;
  #isDisposed = false;

  constructor(clock: Clock, ping: () => void) {
    this.#clock = clock;
    this.#ping = ping;
  }

  /** From now on, and no longer as was said before. A call that is due already keeps its time if that is sooner. */
  start({ intervalMs, count }: ProbeRequest): void {
    if (this.#isDisposed) return;
    const wantedMs = Math.max(leastIntervalMs, intervalMs);
    const isSooner = wantedMs < this.#intervalMs;
    this.#intervalMs = wantedMs;
    this.#left = Math.min(mostPings, Math.max(0, Math.floor(count)));
    if (this.#left === 0 || isSooner) this.#disarm();
    if (this.#left > 0 && this.#timer === undefined) this.#arm();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#disarm();
  }

  #arm(): void {
    this.#timer = this.#clock.setTimer(() => {
      this.#timer = undefined;
      this.#left--;
      this.#ping();
      if (this.#left > 0 && !this.#isDisposed) this.#arm();
    }, this.#intervalMs);
  }

  #disarm(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }
}
