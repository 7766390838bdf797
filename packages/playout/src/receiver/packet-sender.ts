import type { Clock, DatagramChannel } from '@eloquence/plugin-api';
import type { MutableCounters } from './receiver-counters.js';

const maxInFlight = 64;
const answersPerSecond = 500;

/**
 * Sends what a receiver has to say. Nothing here may stop playout: failures are counted, and a channel that does
 * not take packets any more is not fed further.
 */
export class PacketSender {
  readonly #channel: DatagramChannel;
  readonly #clock: Clock;
  readonly #counters: MutableCounters;
  #inFlight = 0;
  #second = -1;
  #answers = 0;

  constructor(channel: DatagramChannel, clock: Clock, counters: MutableCounters) {
    this.#channel = channel;
    this.#clock = clock;
    this.#counters = counters;
  }

  /** Sends to these participants, or to everybody if `to` is absent. False if it was not even tried. */
  send(packet: Uint8Array, isReliable: boolean, to?: readonly string[]): boolean {
    const isTried = this.#takes();
    if (isTried) void this.#hand(packet, isReliable, to);
    return isTried;
  }

  /** As `send`; settles when the channel has taken the packet or refused it, and never rejects. */
  async attempt(packet: Uint8Array, isReliable: boolean, to?: readonly string[]): Promise<void> {
    if (this.#takes()) await this.#hand(packet, isReliable, to);
  }

  /** Sends an answer to a question that anybody may ask as often as they like: at most 500 each second. */
  answer(packet: Uint8Array, to: string): void {
    const second = Math.floor(this.#clock.nowMs() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#answers = 0;
    }
    if (++this.#answers > answersPerSecond) this.#counters.sendsSuppressed++;
    else this.send(packet, false, [to]);
  }

  #takes(): boolean {
    if (this.#channel.state === 'connected' && this.#inFlight < maxInFlight) return true;
    this.#counters.sendsSuppressed++;
    return false;
  }

  async #hand(packet: Uint8Array, isReliable: boolean, to: readonly string[] | undefined): Promise<void> {
    this.#inFlight++;
    try {
      await this.#channel.send(packet, { reliable: isReliable, ...(to === undefined ? {} : { to }) });
    } catch {
      this.#counters.sendFailures++;
    } finally {
      this.#inFlight--;
    }
  }
}
