import type { Clock, Disposable, StreamSettings } from '@eloquence/plugin-api';
import { OwnedTimers } from '../owned-timers.js';
import type { RecoveryTuning } from './recovery-tuning.js';
import type { SentPacket, SentPacketMap } from './sent-packet-map.js';
import type { Transmitter } from './transmitter.js';

type RedundancySettings = StreamSettings['redundancy'];

/**
 * Sends packets a second time before anything is known of the first (RED): the first ones of an utterance, whose loss
 * no retransmission repairs in time, those that protection asks for, and on a lossy link the last ones.
 */
export class Redundancy implements Disposable {
  readonly #clock: Clock;
  readonly #transmitter: Transmitter;
  readonly #tuning: RecoveryTuning;
  readonly #timers: OwnedTimers;
  /** Packets beside the first ones that protection wants redundancy for. */
  #protectedLeft = 0;
  #redundantPackets = 0;

  constructor(clock: Clock, transmitter: Transmitter, tuning: RecoveryTuning) {
    this.#clock = clock;
    this.#transmitter = transmitter;
    this.#tuning = tuning;
    this.#timers = new OwnedTimers(clock);
  }

  get redundantPackets(): number {
    return this.#redundantPackets;
  }

  /** New settings came: their protection begins to count from the next packet. */
  protect({ redundantNextPackets = 0 }: RedundancySettings): void {
    this.#protectedLeft = redundantNextPackets;
  }

  /** Plans the redundant packets of one that was sent for the first time. */
  plan(sent: SentPacket, { redundantFirstPackets, redundancyDelaysMs }: RedundancySettings): void {
    if (sent.packet.sequence >= redundantFirstPackets) {
      if (this.#protectedLeft <= 0) return;
      this.#protectedLeft--;
    }
    for (const delayMs of redundancyDelaysMs) {
      this.#timers.after(delayMs, () => {
        if (!sent.isAcknowledged && this.#transmitter.isOpen) this.#send(sent);
      });
    }
  }

  /** The last packet has left: on a lossy link, redundancy now saves the round trip of a retransmission. */
  planTail(packets: SentPacketMap, lossPercent: number, settings: RedundancySettings): void {
    const { redundantFirstPackets, redundantTail = redundantFirstPackets > 0 } = settings;
    if (!redundantTail || lossPercent < this.#tuning.tailCopyLossPercent) return;
    this.#timers.after(this.#tuning.tailCopyDelayMs, () => {
      if (!this.#transmitter.isOpen) return;
      for (const sent of packets.unacknowledged()) if (sent.transmissions === 1) this.#send(sent);
    });
  }

  dispose(): void {
    this.#timers.dispose();
  }

  #send(sent: SentPacket): void {
    this.#redundantPackets++;
    sent.isAmbiguous = true;
    sent.transmissions++;
    sent.lastSentAtMs = this.#clock.nowMs();
    this.#transmitter.transmitRedundant(sent.packet, sent.lastSentAtMs);
  }
}
