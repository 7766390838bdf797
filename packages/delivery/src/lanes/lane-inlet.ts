import { DisposableStore } from '@eloquence/base';
import type { ProbeAnswer } from '@eloquence/link';
import { type Clock, type DatagramChannel, type Disposable, Emitter } from '@eloquence/plugin-api';
import {
  type HelloPacket,
  type OfReceiver,
  type PongPacket,
  type ReportPacket,
  decodePacket,
  roundTripMs,
  wireVersion,
} from '@eloquence/wire';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import type { Receivers } from '../receivers/receivers.js';
import type { DataLaneCounters } from './data-lane-counters.js';
import type { UtteranceSequence } from './utterance-sequence.js';

export interface LaneInletOptions {
  readonly channel: DatagramChannel;
  readonly clock: Clock;
  readonly receivers: Receivers;
  readonly utteranceSequence: UtteranceSequence;
  readonly counters: DataLaneCounters;
  /**
   * Takes a report of a receiver that is known, about any utterance.
   *
   * @param rttMs round-trip time of its echo, ms; undefined if it tells none
   */
  readonly handleReport: (peer: ReceiverPeer, report: ReportPacket, rttMs: number | undefined) => void;
}

/** What comes from the channel: receivers that come and go, their answers, and their reports. */
export class LaneInlet implements Disposable {
  readonly #options: LaneInletOptions;
  readonly #owned = new DisposableStore();
  readonly #onDidProbe = this.#owned.add(new Emitter<ProbeAnswer>());

  /** A PONG came. */
  readonly onDidProbe = this.#onDidProbe.event;

  constructor(options: LaneInletOptions) {
    this.#options = options;
    const { channel, receivers } = options;
    this.#owned.add(channel.onDidReceive(({ packet, from }) => this.#receive(packet, from)));
    this.#owned.add(
      channel.onDidChangePeer(({ identity, isPresent }) => receivers.setPresent(identity, isPresent)),
    );
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #receive(bytes: Uint8Array, from: string): void {
    const { counters, receivers } = this.#options;
    const packet = decodePacket(bytes);
    switch (packet.type) {
      case 'malformed':
        counters.malformedPackets++;
        return;
      case 'unknown':
        counters.unknownPackets++;
        return;
      case 'hello':
        this.#greet(from, packet);
        return;
      case 'report':
        this.#report(from, packet);
        return;
      case 'pong':
        this.#pong(from, packet);
        return;
      case 'bye':
        if (!receivers.takeLeave(from, packet.receiverId)) counters.ignoredPackets++;
        return;
      default:
        // Other senders' traffic.
        counters.ignoredPackets++;
    }
  }

  #greet(identity: string, hello: HelloPacket): void {
    const { counters, receivers, utteranceSequence } = this.#options;
    if (hello.minVersion > wireVersion || hello.maxVersion < wireVersion) counters.unknownPackets++;
    else if (receivers.greet(identity, hello)) utteranceSequence.continueFrom(hello.newestUtteranceSequence);
    else counters.ignoredPackets++;
  }

  #report(identity: string, report: ReportPacket): void {
    const peer = this.#heard(identity, report);
    if (peer === undefined) return;
    const { lastHeardAtMs } = peer;
    const rttMs = report.echo && roundTripMs(report.echo, lastHeardAtMs);
    if (rttMs !== undefined) peer.rtt.add(rttMs, lastHeardAtMs);
    this.#options.handleReport(peer, report, rttMs);
  }

  #pong(identity: string, pong: PongPacket): void {
    const { nonce, history } = pong;
    const peer = this.#heard(identity, pong);
    if (peer === undefined) return;
    const atMs = peer.lastHeardAtMs;
    const rttMs = peer.pingTimes.elapsedMs(nonce, atMs);
    if (rttMs !== undefined) peer.rtt.add(rttMs, atMs);
    const findings = peer.pings.answered(nonce, history);
    this.#onDidProbe.fire({ receiver: peer.receiver, atMs, ...findings });
  }

  /** The receiver that a packet is of, now heard; undefined, and counted, if there is none. */
  #heard(identity: string, { receiverId }: OfReceiver): ReceiverPeer | undefined {
    const { counters, receivers, clock } = this.#options;
    const peer = receivers.get(identity, receiverId);
    if (peer === undefined) counters.ignoredPackets++;
    else peer.noteHeard(clock.nowMs());
    return peer;
  }
}
