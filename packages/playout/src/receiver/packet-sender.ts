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
    if (this.#channel.state !== 'connected' || this.#inFlight >= maxInFlight) {
      this.#counters.sendsSuppressed++;
      return false;
    }
    this.#inFlight++;
    this.#attempt(packet, isReliable, to).then(
      () => this.#inFlight--,
      () => {
        this.#inFlight--;
        this.#counters.sendFailures++;
      },
    );
    return true;
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

  async #attempt(packet: Uint8Array, isReliable: boolean, to: readonly string[] | undefined): Promise<void> {
    await this.#channel.send(packet, { reliable: isReliable, ...(to === undefined ? {} : { to }) });
  }
}
