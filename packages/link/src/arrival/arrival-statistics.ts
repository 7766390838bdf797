import { type AudioPacket, audioFlag } from '@eloquence/wire';
import { ArrivalAlarm } from './arrival-alarm.js';
import { type ArrivalForecast, ArrivalPace } from './arrival-pace.js';
import { DelayVariation } from './delay-variation.js';
import { DeliveryRate } from './delivery-rate.js';
import { LossBursts } from './loss-bursts.js';
import { LossWindow } from './loss-window.js';

/** What the arrivals of one stream say about the link. */
export interface ArrivalSnapshot {
  readonly owdVariationMs: number;
  readonly pdvP95Ms: number;
  readonly lossPercent: number;
  /** Mean run of lost packets, in packets. */
  readonly lossBurstLength: number;
  /** Mean duration of these runs, ms; 0 if there was none. */
  readonly lossBurstMs: number;
  /** Times that the link was found to have become worse. */
  readonly alarms: number;
  readonly deliveryRateBytesPerSecond: number;
}

/** Send time of the newest packet, and when it arrived: what a sender needs to measure its round trip. */
export interface Echo {
  readonly sendTimeMs: number;
  readonly arrivedAtMs: number;
}

/** What a packet brought that the log called new. */
export interface PacketArrival {
  /** Full count of the packet in its utterance. */
  readonly position: number;
  readonly payloadBytes: number;
  readonly audioMs: number;
}

/** Reports that tell of an alarm: the first may get lost. */
const reportsPerAlarm = 2;

/** Measures a link by the packets of one stream, across its utterances. Bounded; holds no timer. */
export class ArrivalStatistics {
  readonly #delay = new DelayVariation();
  readonly #loss = new LossWindow();
  readonly #rate = new DeliveryRate();
  readonly #bursts = new LossBursts();
  readonly #alarm = new ArrivalAlarm();
  readonly #pace = new ArrivalPace();
  #alarmReports = 0;
  #utteranceSequence: number | undefined;
  #highest = -1;
  #echo: Echo | undefined;

  get echo(): Echo | undefined {
    return this.#echo;
  }

  /** From one packet to the next, ms; 0 if unknown. */
  get spacingMs(): number {
    return this.#pace.spacingMs;
  }

  /** From noticing that a packet is missing to its repeat, ms; 0 if unknown. */
  get repairMs(): number {
    return this.#pace.repairMs;
  }

  forecast(): ArrivalForecast {
    return this.#pace.forecast(this.#loss.lossPercent, this.#delay.pdvP95Ms());
  }

  /** Whether a report sent now is to tell of an alarm; counts as told. */
  takeAlarm(): boolean {
    if (this.#alarmReports === 0) return false;
    this.#alarmReports--;
    return true;
  }

  /** A packet of any kind with a send time arrived. */
  addStamp(sendTimeMs: number, nowMs: number): void {
    this.#echo = { sendTimeMs, arrivedAtMs: nowMs };
    this.#delay.add(sendTimeMs, nowMs);
  }

  /**
   * A packet arrived that the log called new, its stamp having been added.
   *
   * @returns whether it shows that the link became worse
   */
  addPacket(packet: AudioPacket, arrival: PacketArrival, nowMs: number): boolean {
    const { position, payloadBytes, audioMs } = arrival;
    this.#rate.add(payloadBytes, nowMs);
    const isOriginal = (packet.flags & (audioFlag.copy | audioFlag.repeat)) === 0;
    const isRetransmission = (packet.flags & audioFlag.repeat) !== 0;
    this.#pace.add({
      utteranceSequence: packet.utteranceSequence,
      position,
      audioMs,
      nowMs,
      isRetransmission,
    });
    if (packet.utteranceSequence !== this.#utteranceSequence) {
      this.#utteranceSequence = packet.utteranceSequence;
      this.#highest = -1;
    }
    if (position <= this.#highest) {
      if (isOriginal) this.#loss.takeBack(this.#highest - position);
      return false;
    }
    const skipped = Math.min(128, position - this.#highest - 1);
    for (let count = 0; count < skipped; count++) this.#loss.push(true);
    this.#loss.push(!isOriginal);
    this.#highest = position;
    if (!isOriginal) return false;
    this.#bursts.add(packet.utteranceSequence, position, this.#delay.lastSendMs);
    const isAlarm = this.#alarm.add({
      nowMs,
      sendMs: this.#delay.lastSendMs,
      delayMs: this.#delay.lastMs,
      lostBefore: skipped,
    });
    if (isAlarm) this.#alarmReports = reportsPerAlarm;
    return isAlarm;
  }

  snapshot(nowMs: number): ArrivalSnapshot {
    return {
      owdVariationMs: this.#delay.lastMs,
      pdvP95Ms: this.#delay.pdvP95Ms(),
      lossPercent: this.#loss.lossPercent,
      lossBurstLength: this.#loss.burstLength,
      lossBurstMs: this.#bursts.meanMs,
      alarms: this.#alarm.alarms,
      deliveryRateBytesPerSecond: this.#rate.bytesPerSecond(nowMs),
    };
  }
}
