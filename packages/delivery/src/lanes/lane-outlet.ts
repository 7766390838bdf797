import type { Clock, DatagramChannel, RandomSource } from '@eloquence/plugin-api';
import { type ProbeOrigin, encodePingPacket, encodeProbePacket } from '@eloquence/wire';
import type { AwakeClock } from '../receivers/awake-clock.js';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import type { Receivers } from '../receivers/receivers.js';
import type { UtteranceOutlet } from '../utterance/data-utterance-context.js';
import type { DataLaneCounters } from './data-lane-counters.js';

export interface LaneOutletOptions {
  readonly channel: DatagramChannel;
  readonly clock: Clock;
  readonly awake: AwakeClock;
  readonly random: RandomSource;
  readonly receivers: Receivers;
  readonly counters: DataLaneCounters;
  /** By which receivers know that it is this sender, in this life of its. */
  readonly origin: ProbeOrigin;
}

/** The way of a lane's packets to the channel. Failures to send are counted and go no further. */
export class LaneOutlet implements UtteranceOutlet {
  readonly #options: LaneOutletOptions;

  constructor(options: LaneOutletOptions) {
    this.#options = options;
  }

  get maxPacketBytes(): number {
    return this.#options.channel.maxPacketBytes;
  }

  isOpen(): boolean {
    return this.#options.channel.state === 'connected';
  }

  isClosed(): boolean {
    return this.#options.channel.state === 'closed';
  }

  /**
   * Sends to one receiver, or to everybody. In a room with one receiver the destination is left out: LiveKit would
   * repeat it in every packet.
   */
  send(bytes: Uint8Array, isReliable: boolean, peer?: ReceiverPeer): void {
    const { channel, receivers, counters, awake } = this.#options;
    peer?.noteAsked(awake.nowMs());
    const to = peer !== undefined && receivers.count > 1 ? { to: [peer.identity] } : {};
    const noteFailure = (): void => {
      counters.failedSends++;
    };
    // A channel that throws instead of rejecting must not throw into an engine's timer.
    try {
      channel.send(bytes, { reliable: isReliable, ...to }).catch(noteFailure);
    } catch {
      noteFailure();
    }
  }

  ping(peer: ReceiverPeer): void {
    const sendTimeMs = Math.round(this.#options.clock.nowMs());
    const nonce = peer.pings.take();
    peer.pingTimes.add(nonce, sendTimeMs);
    const { receiverId } = peer;
    this.send(encodePingPacket({ type: 'ping', receiverId, nonce, sendTimeMs }), false, peer);
  }

  /**
   * Asks everybody, or those who leave a question unanswered and are left out.
   *
   * @returns how many receivers were asked
   */
  pingAll(isLeftOut?: (peer: ReceiverPeer) => boolean): number {
    if (!this.isOpen()) return 0;
    const { receivers, awake } = this.#options;
    const nowMs = awake.nowMs();
    const isAsked = (peer: ReceiverPeer): boolean =>
      isLeftOut === undefined || (peer.unansweredForMs(nowMs) > 0 && isLeftOut(peer));
    const asked = receivers.all().filter((peer) => peer.isPresent && isAsked(peer));
    for (const peer of asked) this.ping(peer);
    return asked.length;
  }

  /** Asks the room who can receive. */
  discover(): void {
    const { random, clock, receivers, origin } = this.#options;
    const nonce = 1 + Math.floor(random.next() * 0xfffe);
    const sendTimeMs = Math.round(clock.nowMs());
    receivers.questions.add(nonce, sendTimeMs);
    this.send(encodeProbePacket({ type: 'probe', nonce, sendTimeMs, origin }), false);
  }
}
