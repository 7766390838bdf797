import { type Clock, type Disposable, createSystemClock, toDisposable } from '@eloquence/plugin-api';

/** Real time, with account of the timers that are waiting: those left behind by a plugin are leaks. */
export class CountingClock implements Clock {
  readonly #clock = createSystemClock();
  #pendingTimers = 0;

  get pendingTimers(): number {
    return this.#pendingTimers;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  setTimer(callback: () => void, delayMs: number): Disposable {
    this.#pendingTimers++;
    const done = toDisposable(() => this.#pendingTimers--);
    const timer = this.#clock.setTimer(() => {
      done.dispose();
      callback();
    }, delayMs);
    return toDisposable(() => {
      done.dispose();
      timer.dispose();
    });
  }
}
