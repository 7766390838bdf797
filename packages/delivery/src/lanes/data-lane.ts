import { DisposableStore } from '@eloquence/base';
import { LaneLinks, type ProbeAnswer } from '@eloquence/link';
import {
  type Clock,
  type DatagramChannel,
  type Disposable,
  Emitter,
  EloquenceError,
  type Lane,
  type LaneReport,
  type RandomSource,
  noEvent,
} from '@eloquence/plugin-api';
import type { ReportPacket } from '@eloquence/wire';
import { buildLaneReport } from '../build-lane-report.js';
import { PingTrain } from '../ping-train.js';
import { AwakeClock } from '../receivers/awake-clock.js';
import { isAbsent, unackedLimitDefaultMs } from '../receivers/give-up.js';
import { IdlePinger } from '../receivers/idle-pinger.js';
import { discoverReceivers } from '../receivers/receiver-discovery.js';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import { Receivers } from '../receivers/receivers.js';
import { type RecoveryTuning, productionRecovery } from '../stream/recovery-tuning.js';
import type {
  DataUtteranceContext,
  DataUtteranceEvent,
  DataUtteranceOptions,
} from '../utterance/data-utterance-context.js';
import { DataUtterance } from '../utterance/data-utterance.js';
import { maxBatchBytes } from '../utterance/packetizer.js';
import { type DataLaneCounters, createDataLaneCounters } from './data-lane-counters.js';
import { FlushSender } from './flush-sender.js';
import { connectionLost, receiverLeft } from './lane-errors.js';
import { LaneInlet } from './lane-inlet.js';
import { LaneOutlet } from './lane-outlet.js';
import { LiveUtterances } from './live-utterances.js';
import { UtteranceSequence } from './utterance-sequence.js';

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
  /** How long a receiver may owe an acknowledgement in an utterance before it is given up, ms; default 10 000. */
  readonly unackedLimitMs?: number | undefined;
  /** For how long after an utterance receivers are asked every second whether and how fast they answer, ms; 0: never. */
  readonly idlePingsMs?: number;
}

/** The lane that sends encoded speech ahead of playout, over any datagram channel. */
export class DataLane implements Lane {
  readonly kind = 'data';
  readonly capabilities = { frames: true, pcm: false, probe: true, wordTimings: true, perReceiver: true };
  readonly maxPayloadBytes: number;
  readonly counters: DataLaneCounters = createDataLaneCounters();
  /** 0–15, as on the wire. */
  readonly streamChannel: number;
  readonly #clock: Clock;
  readonly #owned = new DisposableStore();
  readonly #receivers: Receivers;
  readonly #sequence: UtteranceSequence;
  readonly #live = new LiveUtterances();
  readonly #outlet: LaneOutlet;
  readonly #context: DataUtteranceContext;
  readonly #flushes: FlushSender;
  readonly #pinger: IdlePinger;
  readonly #train: PingTrain;
  readonly #onDidReport = this.#owned.add(new Emitter<LaneReport>());
  /** What receivers hold of this utterance must neither be heard later nor stand before the next one. */
  #stopped: { readonly utteranceSequence: number; readonly timer: Disposable } | undefined;
  #isDisposed = false;

  readonly onDidReport = this.#onDidReport.event;
  readonly onDidChangeLane = noEvent;
  readonly links: LaneLinks;

  readonly #handleReport = (peer: ReceiverPeer, report: ReportPacket, rttMs: number | undefined): void => {
    const atMs = peer.lastHeardAtMs;
    const isOurs = report.channel === this.streamChannel;
    const utterance = isOurs ? this.#live.get(report.utteranceSequence) : undefined;
    if (utterance?.handleReport(peer, report, atMs) !== true) {
      this.counters.ignoredPackets++;
      return;
    }
    this.#live.pump(utterance);
    const laneReport = buildLaneReport(report, peer, atMs, rttMs, utterance.streamTo(peer));
    this.#onDidReport.fire(laneReport);
    this.links.addReport(laneReport);
  };

  constructor(options: DataLaneOptions) {
    const { clock, channel, random, rejoinLimitMs = 5000, idlePingsMs = 60_000 } = options;
    this.#clock = clock;
    this.maxPayloadBytes = maxBatchBytes(channel.maxPacketBytes);
    this.streamChannel = options.streamChannel ?? 0;
    this.#sequence = new UtteranceSequence(random);
    this.#receivers = this.#owned.add(new Receivers({ clock, random, rejoinLimitMs }));
    const shared = { channel, clock, receivers: this.#receivers, counters: this.counters };
    const origin = { channel: this.streamChannel, epoch: this.#sequence.epoch };
    const awake = new AwakeClock(clock);
    this.#outlet = new LaneOutlet({ ...shared, awake, random, origin });
    this.#context = {
      ...{ clock, awake, outlet: this.#outlet, channel: this.streamChannel },
      isRetransmitting: options.recovery !== 'reliable',
      tuning: { ...productionRecovery, ...options.recoveryTuning },
      unackedLimitMs: options.unackedLimitMs ?? unackedLimitDefaultMs,
      backlogMs: (utteranceSequence) => this.#live.backlogMs(utteranceSequence),
    };
    this.#flushes = this.#owned.add(new FlushSender(clock, this.streamChannel, this.#outlet));
    this.#pinger = this.#owned.add(new IdlePinger(clock, idlePingsMs, () => this.#pingIdle()));
    this.#train = this.#owned.add(new PingTrain(clock, () => this.#outlet.pingAll()));
    this.links = this.#owned.add(
      new LaneLinks({
        clock,
        receivers: () => this.#receivers.all(),
        probe: (request) => this.#train.start(request),
      }),
    );
    const parts = { utteranceSequence: this.#sequence, handleReport: this.#handleReport };
    const inlet = this.#owned.add(new LaneInlet({ ...shared, ...parts }));
    this.#owned.add(inlet.onDidProbe((probe) => this.#handleProbe(probe)));
    this.#owned.add(this.#receivers.onDidJoin((join) => this.#live.join(join)));
    this.#owned.add(this.#receivers.onDidLeave((peer) => this.#receiverLeft(peer)));
    this.#owned.add(channel.onDidChangeState((state) => this.#stateChanged(state)));
  }

  get receiverCount(): number {
    return this.#receivers.count;
  }

  /** Receivers that have not left the lane's questions unanswered for long: those that the next utterance is for. */
  get answeringCount(): number {
    return this.#answering().length;
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
      ask: () => this.#outlet.discover(),
    };
    await discoverReceivers(lane, timeoutMs, signal);
    return this.#receivers.count;
  }

  /** Asks who answers, and how fast, once a second for the next minute, unless an utterance tells it better. */
  keepFresh(): void {
    if (!this.#isDisposed && !this.#outlet.isClosed()) this.#pinger.start();
  }

  openUtterance(options: DataUtteranceOptions): DataUtterance {
    if (this.#isDisposed) throw new EloquenceError('DISPOSED', 'The lane has been closed.');
    this.#forgetStopped();
    const utteranceSequence = this.#sequence.next();
    const peers = this.#peersFor(options.settings.codec.codecId);
    const utterance = new DataUtterance(utteranceSequence, options, peers, this.#context, (event) =>
      this.#handleUtterance(utteranceSequence, event),
    );
    if (!utterance.isOver) {
      if (peers.length < this.#receivers.count) this.keepFresh();
      this.#live.add(utterance);
      this.links.follow(utterance);
    }
    return utterance;
  }

  dispose(): void {
    if (this.#isDisposed) return;
    // The latest first: its FLUSH ends those before it as well.
    for (const utterance of [...this.#live.all].reverse()) utterance.cancel();
    this.#live.settle();
    this.#isDisposed = true;
    this.#stopped?.timer.dispose();
    this.#owned.dispose();
  }

  /** If nobody decodes the codec, its fallback goes to everybody: all receivers decode that. */
  #peersFor(codecId: string): ReceiverPeer[] {
    const all = this.#answering();
    const capable = all.filter((peer) => peer.canReceive(codecId));
    if (capable.length === 0) return all;
    this.counters.incapableReceivers += all.length - capable.length;
    return capable;
  }

  #answering(): ReceiverPeer[] {
    const { awake, unackedLimitMs } = this.#context;
    return this.#receivers.all().filter((peer) => !isAbsent(peer, awake, unackedLimitMs));
  }

  #handleUtterance(utteranceSequence: number, event: DataUtteranceEvent): void {
    switch (event.type) {
      case 'ended':
        this.#live.end(utteranceSequence);
        this.links.unfollow(utteranceSequence);
        // A cancelled one is followed by its FLUSH, which nothing must get in front of.
        if (event.outcome !== 'cancelled') this.#live.pump();
        if (this.#live.size === 0) this.keepFresh();
        return;
      case 'cancelled':
        this.#flush(utteranceSequence);
        return;
      case 'stopped':
        this.#forgetLater(utteranceSequence, event.playedAfterMs);
        return;
      case 'receiverDropped':
        this.keepFresh();
        this.counters.droppedReceivers++;
        this.counters.droppedFrames += event.frames;
    }
  }

  #handleProbe(answer: ProbeAnswer): void {
    this.links.addProbe(answer);
    if (this.#live.size === 0) this.counters.idlePongs++;
  }

  /** Utterances on their way know the link from their reports. Whom they leave out is asked until it answers. */
  #pingIdle(): void {
    if (!this.#outlet.isOpen()) return;
    const isIdle = this.#live.size === 0;
    if (isIdle && this.#receivers.count === 0) this.#outlet.discover();
    const asked = this.#outlet.pingAll(isIdle ? undefined : (peer) => !this.#live.serves(peer));
    this.counters.idlePings += asked;
    if (!isIdle && asked > 0) this.keepFresh();
  }

  #forgetLater(utteranceSequence: number, afterMs: number): void {
    this.#stopped?.timer.dispose();
    const timer = this.#clock.setTimer(() => this.#forgetStopped(), afterMs);
    this.#stopped = { utteranceSequence, timer };
  }

  #forgetStopped(): void {
    const stopped = this.#stopped;
    if (stopped === undefined) return;
    stopped.timer.dispose();
    this.#stopped = undefined;
    for (const utterance of this.#live.all) utterance.presumePlayed();
    this.#flush(stopped.utteranceSequence);
  }

  #flush(utteranceSequence: number): void {
    this.#live.endBefore(utteranceSequence);
    this.#flushes.send(utteranceSequence);
    this.#live.pump();
  }

  #receiverLeft(peer: ReceiverPeer): void {
    const error = receiverLeft(peer);
    for (const utterance of this.#live.all) utterance.dropPeer(peer, error);
  }

  #stateChanged(state: DatagramChannel['state']): void {
    if (state === 'reconnecting') return;
    if (state === 'connected') {
      this.#receivers.excuseSilence();
      for (const utterance of this.#live.all) utterance.resume();
      return;
    }
    for (const utterance of this.#live.all) utterance.fail(connectionLost());
    this.#pinger.dispose();
    this.#train.dispose();
  }
}

export function createDataLane(options: DataLaneOptions): DataLane {
  return new DataLane(options);
}
