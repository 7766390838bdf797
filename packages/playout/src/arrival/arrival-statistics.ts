import { type AudioPacket, audioFlag } from '@eloquence/wire';
import { DelayVariation } from './delay-variation.js';
import { DeliveryRate } from './delivery-rate.js';
import { LossWindow } from './loss-window.js';

/** What the arrivals of one stream say about the link. */
export interface ArrivalSnapshot {
  readonly owdVariationMs: number;
  readonly jitterP95Ms: number;
  readonly lossPercent: number;
  /** Mean run of lost packets, in packets. */
  readonly lossBurstLength: number;
  readonly deliveryRateBytesPerSecond: number;
}

/** Send time of the newest packet, and when it arrived: what a sender needs to measure its round trip. */
export interface Echo {
  readonly sendTimeMs: number;
  readonly arrivedAtMs: number;
}

/** Measures a link by the packets of one stream, across its utterances. Bounded; holds no timer. */
export class ArrivalStatistics {
  readonly #delay = new DelayVariation();
  readonly #loss = new LossWindow();
  readonly #rate = new DeliveryRate();
  #generation: number | undefined;
  #highest = -1;
  #echo: Echo | undefined;

  get echo(): Echo | undefined {
    return this.#echo;
  }

  /** A packet of any kind with a send time arrived. */
  addStamp(sendTimeMs: number, nowMs: number): void {
    this.#echo = { sendTimeMs, arrivedAtMs: nowMs };
    this.#delay.add(sendTimeMs, nowMs);
  }

  /** A packet arrived that the log called new; `position` is its full count. */
  addPacket(packet: AudioPacket, position: number, payloadBytes: number, nowMs: number): void {
    this.#rate.add(payloadBytes, nowMs);
    const isOriginal = (packet.flags & (audioFlag.copy | audioFlag.repeat)) === 0;
    if (packet.generation !== this.#generation) {
      this.#generation = packet.generation;
      this.#highest = -1;
    }
    if (position <= this.#highest) {
      if (isOriginal) this.#loss.takeBack(this.#highest - position);
      return;
    }
    const skipped = Math.min(128, position - this.#highest - 1);
    for (let count = 0; count < skipped; count++) this.#loss.push(true);
    this.#loss.push(!isOriginal);
    this.#highest = position;
  }

  snapshot(nowMs: number): ArrivalSnapshot {
    return {
      owdVariationMs: this.#delay.lastMs,
      jitterP95Ms: this.#delay.jitterP95Ms(),
      lossPercent: this.#loss.lossPercent,
      lossBurstLength: this.#loss.burstLength,
      deliveryRateBytesPerSecond: this.#rate.bytesPerSecond(nowMs),
    };
  }
}
