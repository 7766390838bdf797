import { createSeededRandom } from '@eloquence/base';
import type { RandomSource } from '@eloquence/plugin-api';
import { type DirectionConditions, mergeConditions, PERFECT_DIRECTION } from './direction-conditions.js';
import { createDirectionCounters, type DirectionCounters } from './direction-counters.js';
import { drawExponential } from './exponential.js';
import { LossProcess } from './loss-process.js';
import type { PacketClass } from './packet-class.js';
import { deriveSeed } from './seeds.js';

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
