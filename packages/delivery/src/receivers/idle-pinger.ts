import type { Clock, Disposable } from '@eloquence/plugin-api';

const intervalMs = 1000;

/** Calls once a second for a limited time after each start. Holds one timer, and none when the time is over. */
export class IdlePinger implements Disposable {
  readonly #clock: Clock;
  readonly #durationMs: number;
  readonly #ping: () => void;
  #timer: Disposable | undefined;
  #untilMs = 0;

  constructor(clock: Clock, durationMs: number, ping: () => void) {
    this.#clock = clock;
    this.#durationMs = durationMs;
    this.#ping = ping;
  }

  start(): void {
    this.#untilMs = this.#clock.nowMs() + this.#durationMs;
    if (this.#timer === undefined) this.#arm();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#untilMs = 0;
  }

  #arm(): void {
    this.#timer = undefined;
    if (this.#clock.nowMs() + intervalMs > this.#untilMs) return;
    this.#timer = this.#clock.setTimer(() => {
      this.#ping();
      this.#arm();
    }, intervalMs);
  }
}
