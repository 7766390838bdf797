import { DisposableStore } from '@eloquence/base';
import {
  type Clock,
  type DatagramChannel,
  type DatagramSendOptions,
  type Disposable,
  Emitter,
  EloquenceError,
  type Lane,
  type LaneProbe,
  type LaneReport,
  type LaneUtteranceOptions,
  type ProbeWish,
  type RandomSource,
} from '@eloquence/plugin-api';
import {
  type HelloPacket,
  type PongPacket,
  type ReportPacket,
  decodePacket,
  encodePingPacket,
  encodeProbePacket,
  serialDistance,
  wireVersion,
} from '@eloquence/wire';
import { buildLaneReport } from '../build-lane-report.js';
import { type DataLaneCounters, createDataLaneCounters } from './data-lane-counters.js';
import type { DataLanePort } from './data-lane-port.js';
import { DataUtterance } from '../utterance/data-utterance.js';
import { connectionLost, receiverLeft } from './lane-errors.js';
import { FlushSender } from './flush-sender.js';
import { IdlePinger } from '../receivers/idle-pinger.js';
import { maxBatchBytes } from '../utterance/packetizer.js';
import { PingTrain } from '../ping-train.js';
import { discoverReceivers } from '../receivers/receiver-discovery.js';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import { Receivers } from '../receivers/receivers.js';
import { type RecoveryTuning, productionRecovery } from '../stream/recovery-tuning.js';
import { elapsedSince } from '../send-time.js';

export interface DataLaneOptions {
  readonly channel: DatagramChannel;
  readonly clock: Clock;
  readonly random: RandomSource;
  /**
   * `repeat`: unreliable messages with our own repeat (default). `reliable`: the channel's ordered, reliable
   * messages, for comparison.
   */
  readonly recovery?: 'repeat' | 'reliable';
  /** Departures from how lost packets are sent again, for experiments. */
  readonly recoveryTuning?: Partial<RecoveryTuning>;
  /** 0–15: keeps several streams of one sender apart. */
  readonly streamChannel?: number;
  /** How long a receiver that left may take to come back before its utterances fail, ms. */
  readonly rejoinLimitMs?: number;
  /** Longest silence of a receiver that owes an answer, ms. */
  readonly silenceLimitMs?: number;
  /** For how long after an utterance receivers are asked every second whether and how fast they answer, ms; 0: never. */
  readonly idlePingsMs?: number;
}

/** The lane that sends encoded speech ahead of playout, over any datagram channel. */
export class DataLane implements Lane {
  readonly kind = 'data';
  readonly maxPayloadBytes: number;
  readonly counters: DataLaneCounters = createDataLaneCounters();
  readonly #options: DataLaneOptions;
  readonly #clock: Clock;
  readonly #channel: DatagramChannel;
  readonly #owned = new DisposableStore();
  readonly #flushes: FlushSender;
  readonly #receivers: Receivers;
  readonly #utterances = new Map<number, DataUtterance>();
  readonly #onDidReport = this.#owned.add(new Emitter<LaneReport>());
  readonly #onDidProbe = this.#owned.add(new Emitter<LaneProbe>());
  readonly #port: DataLanePort;
  readonly #pinger: IdlePinger;
  readonly #train: PingTrain;
  #generation: number;
  /** The count goes on from what a receiver told. */
  #isCounting = false;
  #hasSpoken = false;
  #stopped: { readonly generation: number; readonly timer: Disposable } | undefined;
  #isDisposed = false;

  readonly onDidReport = this.#onDidReport.event;
  readonly onDidProbe = this.#onDidProbe.event;

  constructor(options: DataLaneOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#channel = options.channel;
    this.maxPayloadBytes = maxBatchBytes(options.channel.maxPacketBytes);
    // Unless a receiver tells better: a random start keeps a restarted sender's utterances apart from those before.
    this.#generation = Math.floor(options.random.next() * 0x10000);
    const { clock, random, rejoinLimitMs = 5000 } = options;
    this.#receivers = this.#owned.add(new Receivers({ clock, random, rejoinLimitMs }));
    this.#owned.add(this.#receivers.onDidLeave((identity) => this.#receiverLeft(identity)));
    this.#port = this.#createPort();
    this.#flushes = this.#owned.add(
      new FlushSender(options.clock, this.#port.channel, (bytes, isReliable) =>
        this.#send(bytes, isReliable),
      ),
    );
    this.#pinger = this.#owned.add(
      new IdlePinger(options.clock, options.idlePingsMs ?? 60_000, () => this.#pingIdle()),
    );
    this.#train = this.#owned.add(new PingTrain(options.clock, () => this.#pingAll()));
    this.#owned.add(options.channel.onDidReceive(({ packet, from }) => this.#receive(packet, from)));
    this.#owned.add(
      options.channel.onDidChangePeer(({ identity, isPresent }) =>
        this.#receivers.setPresent(identity, isPresent),
      ),
    );
    this.#owned.add(options.channel.onDidChangeState((state) => this.#stateChanged(state)));
  }

  get receiverCount(): number {
    return this.#receivers.count;
  }

  /** 0–15, as on the wire. */
  get streamChannel(): number {
    return this.#port.channel;
  }

  /** When any receiver was last heard, on the lane's clock; −∞ if there is none. */
  get lastHeardAtMs(): number {
    return this.#receivers.lastHeardAtMs;
  }

  /** Whether any receiver can decode this codec: those that cannot are left out, not served at everybody's cost. */
  canReceive(codecId: string): boolean {
    const all = this.#receivers.all();
    return all.length === 0 || all.some((peer) => peer.canReceive(codecId));
  }

  /**
   * Asks the room who can receive, until it is known how far somebody is. If somebody has greeted without being asked,
   * before or meanwhile, 0.7 s from then on are enough, whatever the timeout is.
   *
   * @returns the number of receivers known; 0 when the time ran out
   * @throws EloquenceError `ABORTED`
   */
  async discover(timeoutMs: number, signal?: AbortSignal): Promise<number> {
    const lane = {
      clock: this.#clock,
      receivers: this.#receivers,
      isDisposed: () => this.#isDisposed,
      ask: () => this.#probe(),
    };
    await discoverReceivers(lane, timeoutMs, signal);
    return this.#receivers.count;
  }

  /** Asks who answers, and how fast, once a second for the next minute, unless an utterance tells it better. */
  keepFresh(): void {
    if (!this.#isDisposed && this.#channel.state !== 'closed') this.#pinger.start();
  }

  probe(wish: ProbeWish): void {
    this.#train.start(wish);
  }

  hasReceiver(identity: string): boolean {
    return this.#receivers.get(identity) !== undefined;
  }

  leastRttsMs(): ReadonlyMap<string, number> {
    return this.#receivers.leastRttsMs();
  }

  openUtterance(options: LaneUtteranceOptions): DataUtterance {
    if (this.#isDisposed) throw new EloquenceError('DISPOSED', 'The lane has been closed.');
    this.#forgetStopped();
    this.#generation = (this.#generation + 1) & 0xffff;
    this.#hasSpoken = true;
    const generation = this.#generation;
    const peers = this.#peersFor(options.settings.codec.codecId);
    const utterance = new DataUtterance(generation, options, peers, this.#port);
    if (!utterance.isOver) this.#utterances.set(generation, utterance);
    return utterance;
  }

  dispose(): void {
    if (this.#isDisposed) return;
    // The latest first: its FLUSH ends those before it as well.
    for (const utterance of [...this.#utterances.values()].reverse()) utterance.cancel();
    this.#isDisposed = true;
    this.#stopped?.timer.dispose();
    this.#owned.dispose();
  }

  /** If nobody decodes the codec, its fallback goes to everybody: all receivers decode that. */
  #peersFor(codecId: string): ReceiverPeer[] {
    const all = this.#receivers.all();
    const capable = all.filter((peer) => peer.canReceive(codecId));
    if (capable.length === 0) return all;
    this.counters.incapableReceivers += all.length - capable.length;
    return capable;
  }

  #createPort(): DataLanePort {
    return {
      clock: this.#clock,
      channel: this.#options.streamChannel ?? 0,
      maxPacketBytes: this.#channel.maxPacketBytes,
      isRepeating: this.#options.recovery !== 'reliable',
      recoveryTuning: { ...productionRecovery, ...this.#options.recoveryTuning },
      silenceLimitMs: this.#options.silenceLimitMs ?? 10_000,
      isOpen: () => this.#channel.state === 'connected',
      isClosed: () => this.#channel.state === 'closed',
      send: (bytes, peer, isReliable) => this.#send(bytes, isReliable, peer),
      ping: (peer) => this.#ping(peer),
      flush: (generation) => this.#flush(generation),
      backlogMs: (generation) => this.#backlogMs(generation),
      onDidStop: (generation, afterMs) => this.#forgetLater(generation, afterMs),
      onDidDropReceiver: (frames) => {
        this.counters.droppedReceivers++;
        this.counters.droppedFrames += frames;
      },
      onDidEnd: (utterance, outcome) => {
        this.#utterances.delete(utterance.generation);
        // A cancelled one is followed by its FLUSH, which nothing must get in front of.
        if (outcome !== 'cancelled') this.#shareCredit();
        if (this.#utterances.size === 0) this.keepFresh();
      },
    };
  }

  #ping(peer: ReceiverPeer): void {
    const sendTimeMs = Math.round(this.#clock.nowMs());
    this.#send(encodePingPacket({ type: 'ping', nonce: peer.pings.take(), sendTimeMs }), false, peer);
  }

  /** Utterances on their way know the link from their reports. */
  #pingIdle(): void {
    if (this.#utterances.size > 0 || this.#channel.state !== 'connected') return;
    if (this.#receivers.count === 0) this.#probe();
    this.counters.idlePings += this.#pingAll();
  }

  /** @returns how many were asked */
  #pingAll(): number {
    if (this.#channel.state !== 'connected') return 0;
    const present = this.#receivers.all().filter(({ isPresent }) => isPresent);
    for (const peer of present) this.#ping(peer);
    return present.length;
  }

  /** The window of a receiver is one for all utterances: what one gives back, the next may use. */
  #shareCredit(giver?: DataUtterance): void {
    for (const utterance of this.#utterances.values()) if (utterance !== giver) utterance.pump();
  }

  #backlogMs(generation: number): number {
    let totalMs = 0;
    for (const [other, utterance] of this.#utterances)
      if (other !== generation) totalMs += utterance.unplayedMs;
    return totalMs;
  }

  #probe(): void {
    const nonce = 1 + Math.floor(this.#options.random.next() * 0xfffe);
    this.#send(
      encodeProbePacket({ type: 'probe', nonce, sendTimeMs: Math.round(this.#clock.nowMs()) }),
      false,
    );
  }

  /** In a room with one receiver the destination is left out: LiveKit would repeat it in every packet. */
  #send(bytes: Uint8Array, isReliable: boolean, peer?: ReceiverPeer): void {
    const to = peer !== undefined && this.#receivers.count > 1 ? { to: [peer.identity] } : {};
    this.#attempt(bytes, { reliable: isReliable, ...to }).catch(() => {
      this.counters.failedSends++;
    });
  }

  /** A channel that throws instead of rejecting must not throw into an engine's timer. */
  async #attempt(bytes: Uint8Array, options: DatagramSendOptions): Promise<void> {
    await this.#channel.send(bytes, options);
  }

  /** What receivers hold of a stopped utterance must neither be heard later nor stand before the next one. */
  #forgetLater(generation: number, afterMs: number): void {
    this.#stopped?.timer.dispose();
    const timer = this.#clock.setTimer(() => this.#forgetStopped(), afterMs);
    this.#stopped = { generation, timer };
  }

  #forgetStopped(): void {
    const stopped = this.#stopped;
    if (stopped === undefined) return;
    stopped.timer.dispose();
    this.#stopped = undefined;
    for (const utterance of [...this.#utterances.values()]) utterance.presumePlayed();
    this.#flush(stopped.generation);
  }

  #flush(generation: number): void {
    for (const utterance of [...this.#utterances.values()])
      if (serialDistance(utterance.generation, generation) > 0) utterance.endByFlush();
    this.#flushes.send(generation);
    this.#shareCredit();
  }

  #receive(bytes: Uint8Array, from: string): void {
    const packet = decodePacket(bytes);
    switch (packet.type) {
      case 'malformed':
        this.counters.malformedPackets++;
        return;
      case 'unknown':
        this.counters.unknownPackets++;
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
        if (!this.#receivers.takeLeave(from)) this.counters.ignoredPackets++;
        return;
      default:
        // Other senders' traffic.
        this.counters.ignoredPackets++;
    }
  }

  #greet(identity: string, hello: HelloPacket): void {
    if (hello.minVersion > wireVersion || hello.maxVersion < wireVersion) {
      this.counters.unknownPackets++;
      return;
    }
    if (this.#receivers.greet(identity, hello)) this.#countOnFrom(hello.newestGeneration);
    else this.counters.ignoredPackets++;
  }

  /**
   * Before the first utterance: takes the count up where this sender's last session left it, as far as the receivers
   * remember, so that late packets of that session, a FLUSH above all, cannot be about this one's utterances.
   */
  #countOnFrom(newestGeneration: number | undefined): void {
    if (newestGeneration === undefined || this.#hasSpoken) return;
    const isAhead = serialDistance(this.#generation, newestGeneration) > 0;
    if (this.#isCounting && !isAhead) return;
    this.#isCounting = true;
    this.#generation = newestGeneration;
  }

  #report(identity: string, report: ReportPacket): void {
    const peer = this.#receivers.get(identity);
    if (peer === undefined) {
      this.counters.ignoredPackets++;
      return;
    }
    const nowMs = this.#clock.nowMs();
    peer.lastHeardAtMs = nowMs;
    const rttMs = report.echo ? elapsedSince(report.echo.sendTimeMs, nowMs) - report.echo.holdMs : undefined;
    if (rttMs !== undefined) peer.rtt.add(rttMs);
    const utterance = this.#utterances.get(report.generation);
    if (utterance === undefined || report.channel !== this.#port.channel) {
      this.counters.ignoredPackets++;
      return;
    }
    if (!utterance.handleReport(peer, report, nowMs)) {
      this.counters.ignoredPackets++;
      return;
    }
    this.#shareCredit(utterance);
    this.#onDidReport.fire(buildLaneReport(report, peer, nowMs, rttMs, utterance.streamCounters(peer)));
  }

  #pong(identity: string, { nonce, sendTimeMs, history }: PongPacket): void {
    const peer = this.#receivers.get(identity);
    if (peer === undefined) {
      this.counters.ignoredPackets++;
      return;
    }
    const nowMs = this.#clock.nowMs();
    peer.lastHeardAtMs = nowMs;
    const rttMs = elapsedSince(sendTimeMs, nowMs);
    peer.rtt.add(rttMs);
    const findings = peer.pings.answered(nonce, history);
    this.#onDidProbe.fire({ receiver: identity, atMs: nowMs, rttMs, ...findings });
    if (this.#utterances.size === 0) this.counters.idlePongs++;
  }

  #receiverLeft(identity: string): void {
    const error = receiverLeft(identity);
    for (const utterance of [...this.#utterances.values()]) utterance.dropPeer(identity, error);
  }

  #stateChanged(state: DatagramChannel['state']): void {
    if (state === 'reconnecting') return;
    if (state === 'connected') {
      this.#receivers.excuseSilence();
      for (const utterance of this.#utterances.values()) utterance.resume();
      return;
    }
    for (const utterance of [...this.#utterances.values()]) utterance.fail(connectionLost());
    this.#pinger.dispose();
    this.#train.dispose();
  }
}

export function createDataLane(options: DataLaneOptions): DataLane {
  return new DataLane(options);
}
