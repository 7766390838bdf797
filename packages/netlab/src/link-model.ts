import { createSeededRandom } from '@eloquence/base';
import type { RandomSource } from '@eloquence/plugin-api';
import { type DirectionConditions, mergeConditions, PERFECT_DIRECTION } from './direction-conditions.js';
import { createDirectionCounters, type DirectionCounters, type PacketClass } from './direction-counters.js';

/**
 * A seed for one of several random streams, so that streams of neighbouring seeds have nothing in common.
 * The mixing is the finaliser of MurmurHash3 (Austin Appleby, public domain).
 */
export function deriveSeed(seed: number, stream: number): number {
  let mixed = (Math.trunc(seed) ^ Math.imul(stream + 1, 0x9e3779b1)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Seed of the direction from the client to the server. */
export function upSeed(seed: number): number {
  return deriveSeed(seed, 1);
}

/** Seed of the direction from the server to the client. */
export function downSeed(seed: number): number {
  return deriveSeed(seed, 2);
}

/** A draw from the exponential distribution with the given mean (inversion of its distribution function). */
export function drawExponential(random: RandomSource, mean: number): number {
  return -Math.log(1 - random.next()) * mean;
}

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

/**
 * One direction of an access link as arithmetic: no input or output, no clock, no timer. It answers when a
 * packet leaves the link, and whoever calls carries the packet until then.
 *
 * In the order in which a packet meets them: blackout, loss, the drop-tail queue and serialisation of the
 * bottleneck, propagation, jitter. Delivery times never decrease: the link is strictly first-in first-out.
 * The same seed, changes and offers give the same answers.
 */
export class LinkModel {
  readonly counters: DirectionCounters = createDirectionCounters();
  readonly #loss: LossProcess;
  readonly #jitter: RandomSource;
  #conditions: DirectionConditions;
  #busyUntilMs = -Infinity;
  #lastDeliveryMs = -Infinity;
  #lastOfferMs = -Infinity;

  /** @throws EloquenceError `LINK_INVALID` if the conditions are out of range. */
  constructor(conditions: Partial<DirectionConditions> = {}, seed = 1) {
    this.#loss = new LossProcess(deriveSeed(seed, 11));
    this.#jitter = createSeededRandom(deriveSeed(seed, 12));
    this.#conditions = PERFECT_DIRECTION;
    this.configure(conditions);
  }

  get conditions(): DirectionConditions {
    return this.#conditions;
  }

  /**
   * Changes the link from the next packet on; packets accepted before keep their delivery time, and later ones
   * stay behind them.
   *
   * @throws EloquenceError `LINK_INVALID` on an unknown key or a value out of range; nothing changes then.
   */
  configure(changes: Partial<DirectionConditions>): void {
    this.#conditions = mergeConditions(this.#conditions, changes);
    this.#loss.configure(this.#conditions.lossPercent, this.#conditions.burstMs);
  }

  /**
   * Sends a packet into the link.
   *
   * @param nowMs time on any monotonic clock; a value before the previous one counts as the previous one.
   * @param ipBytes size on the link: UDP payload + 28.
   * @returns the time at which the packet leaves, or `undefined` if the link drops it; `counters` tells why.
   */
  offer(nowMs: number, ipBytes: number, packetClass: PacketClass = 'other'): number | undefined {
    const { counters } = this;
    const { delayMs, jitterMs, rateKbps, queueMs, down } = this.#conditions;
    const now = (this.#lastOfferMs = Math.max(nowMs, this.#lastOfferMs));
    const entered = counters.entered[packetClass];
    entered.packets++;
    entered.bytes += ipBytes;
    if (down) {
      counters.blackoutDropped++;
      return undefined;
    }
    if (this.#loss.isLost(now)) {
      counters.lost++;
      return undefined;
    }
    let deliveryMs = now;
    if (rateKbps > 0) {
      const startMs = Math.max(now, this.#busyUntilMs);
      if (startMs - now > queueMs) {
        counters.queueDropped++;
        return undefined;
      }
      // 1 kbit/s is 1 bit per ms.
      deliveryMs = this.#busyUntilMs = startMs + (ipBytes * 8) / rateKbps;
    }
    deliveryMs += delayMs;
    if (jitterMs > 0) deliveryMs += drawExponential(this.#jitter, jitterMs);
    this.#lastDeliveryMs = Math.max(deliveryMs, this.#lastDeliveryMs);
    return this.#lastDeliveryMs;
  }

  /** Counts a packet at the exit; called by whoever carried it there. */
  recordExit(ipBytes: number, packetClass: PacketClass = 'other'): void {
    const exited = this.counters.exited[packetClass];
    exited.packets++;
    exited.bytes += ipBytes;
  }

  /** How long a packet offered at `nowMs` would wait for the bottleneck, ms. */
  queueDelayMs(nowMs: number): number {
    return this.#conditions.rateKbps > 0 ? Math.max(0, this.#busyUntilMs - nowMs) : 0;
  }
}
