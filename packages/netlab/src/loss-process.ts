import { createSeededRandom } from '@eloquence/base';
import type { RandomSource } from '@eloquence/plugin-api';
import { drawExponential } from './exponential.js';

/** After a silence of this many mean cycles the state no longer depends on the past, and is drawn afresh. */
const FORGET_AFTER_CYCLES = 50;

/**
 * Decides which packets are lost. With a burst length it is the two-state model of E. N. Gilbert ("Capacity of
 * a burst-noise channel", 1960) in continuous time: bad periods last `burstMs` on average, good ones
 * `burstMs · (1 − p) / p`, and every packet of a bad period is lost. Because bursts run in time, when they come
 * does not depend on the traffic: two runs with one seed meet the same bursts.
 */
export class LossProcess {
  readonly #random: RandomSource;
  #probability = 0;
  #burstMs = 0;
  #isBad = false;
  #nextChangeMs: number | undefined;

  constructor(seed: number) {
    this.#random = createSeededRandom(seed);
  }

  /** Sets the loss; the burst state starts anew if either value changed. */
  configure(lossPercent: number, burstMs: number): void {
    const probability = lossPercent / 100;
    if (probability === this.#probability && burstMs === this.#burstMs) return;
    this.#probability = probability;
    this.#burstMs = burstMs;
    this.#nextChangeMs = undefined;
  }

  /** True if a packet that comes at `nowMs` is lost. Times must not go backwards. */
  isLost(nowMs: number): boolean {
    if (this.#probability <= 0) return false;
    if (this.#probability >= 1) return true;
    if (this.#burstMs === 0) return this.#random.next() < this.#probability;
    this.#advance(nowMs);
    return this.#isBad;
  }

  #advance(nowMs: number): void {
    const goodMs = (this.#burstMs * (1 - this.#probability)) / this.#probability;
    const cycleMs = this.#burstMs + goodMs;
    let nextChangeMs = this.#nextChangeMs;
    if (nextChangeMs === undefined || nowMs - nextChangeMs > FORGET_AFTER_CYCLES * cycleMs) {
      this.#isBad = this.#random.next() < this.#probability;
      nextChangeMs = nowMs + drawExponential(this.#random, this.#isBad ? this.#burstMs : goodMs);
    }
    while (nowMs >= nextChangeMs) {
      this.#isBad = !this.#isBad;
      nextChangeMs += drawExponential(this.#random, this.#isBad ? this.#burstMs : goodMs);
    }
    this.#nextChangeMs = nextChangeMs;
  }
}
