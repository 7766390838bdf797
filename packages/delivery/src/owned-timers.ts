import { DisposableStore } from '@eloquence/base';
import type { Clock, Disposable } from '@eloquence/plugin-api';

/** Timers that are forgotten when they have fired, and end with their owner. */
export class OwnedTimers implements Disposable {
  readonly #clock: Clock;
  readonly #pending = new DisposableStore();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `work` once after `delayMs`, unless disposed before; never once disposed. */
  after(delayMs: number, work: () => void): void {
    const timer: Disposable = this.#clock.setTimer(() => {
      this.#pending.delete(timer);
      work();
    }, delayMs);
    this.#pending.add(timer);
  }

  dispose(): void {
    this.#pending.dispose();
  }
}
