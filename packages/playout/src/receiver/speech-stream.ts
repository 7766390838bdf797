// Longer than 300 lines: what one stream does with each kind of packet, over the same few fields.
import type { Clock, CodecFactory, Disposable } from '@eloquence/plugin-api';
import {
  type AudioPacket,
  type EndPacket,
  type WordsPacket,
  audioFlag,
  encodeReportPacket,
  serialDistance,
} from '@eloquence/wire';
import { ArrivalStatistics } from '@eloquence/link';
import { BufferBudget, type BufferLimits } from '../buffer/buffer-budget.js';
import type { PlayoutEvent } from '../schedule/playout-events.js';
import { Playout } from '../schedule/playout.js';
import { Utterance } from '../depacketize/utterance.js';
import { buildReport } from '../report/build-report.js';
import { ReportScheduler } from '../report/report-scheduler.js';
import type { AudioSink } from '../sink/audio-sink.js';
import type { PacketSender } from './packet-sender.js';
import type { MutableCounters } from './receiver-counters.js';
import { type SpeechEvent, type SpeechStreamId, toSpeechEvent } from './speech-events.js';
import { EndedUtterances, ReceivedWords, SenderLife } from './stream-memory.js';

/** Utterances of one stream that may be held at a time. */
const maxUtterances = 64;

export interface SpeechStreamOptions {
  readonly id: SpeechStreamId;
  /** That of the receiver, 1–65535. */
  readonly receiverId: number;
  readonly clock: Clock;
  readonly sink: AudioSink;
  readonly codecs: ReadonlyMap<string, CodecFactory>;
  readonly limits: BufferLimits;
  readonly blockMs: number;
  readonly smoothing: boolean;
  /** The sender's, if it has told it. */
  readonly epoch: number | undefined;
  /** What is here falls silent when the sender has begun anew. */
  readonly dropsFormerSpeech: boolean;
  readonly sender: PacketSender;
  readonly counters: MutableCounters;
  readonly tell: (event: SpeechEvent) => void;
}

/** What one sender says on one channel: packets in, playout and reports out. */
export class SpeechStream implements Disposable {
  readonly id: SpeechStreamId;
  readonly statistics = new ArrivalStatistics();
  readonly playout: Playout;
  readonly #options: SpeechStreamOptions;
  readonly #budget: BufferBudget;
  readonly #reports: ReportScheduler;
  readonly #ended = new EndedUtterances();
  readonly #words = new ReceivedWords();
  #latest: Utterance | undefined;
  #newestUtteranceSequence: number | undefined;
  readonly #life: SenderLife;
  #limit: { readonly utteranceSequence: number; readonly frame: number } | undefined;
  #isDisposed = false;
  #lastPacketAtMs: number;

  constructor(options: SpeechStreamOptions) {
    this.id = options.id;
    this.#options = options;
    this.#life = new SenderLife(options.epoch);
    this.#lastPacketAtMs = options.clock.nowMs();
    this.#budget = new BufferBudget(options.limits);
    this.#reports = new ReportScheduler(options.clock, (utterance, isCritical) =>
      this.#report(utterance, isCritical),
    );
    this.playout = new Playout({
      clock: options.clock,
      sink: options.sink,
      codecs: options.codecs,
      budget: this.#budget,
      blockMs: options.blockMs,
      forecaster: options.smoothing ? this.statistics : undefined,
      onEvent: (event) => this.#onPlayout(event),
    });
  }

  get isIdle(): boolean {
    return this.playout.queue.front === undefined;
  }

  get isPlaying(): boolean {
    return this.playout.queue.front?.progress.state === 'playing';
  }

  get lastPacketAtMs(): number {
    return this.#lastPacketAtMs;
  }

  get heldBytes(): number {
    return this.#budget.bytes;
  }

  /** The utterance that packets arrived of last. */
  get latest(): Utterance | undefined {
    return this.#latest;
  }

  /** The newest utterance heard of, flushed ones included; a sender that starts anew counts on from there. */
  get newestUtteranceSequence(): number | undefined {
    return this.#newestUtteranceSequence;
  }

  /** A participant of the sender's name joined: it may count its utterances anew. */
  noteSenderJoined(): void {
    this.#life.noteJoined();
    this.playout.setSenderGone(false);
    this.noteEpoch();
  }

  /** The sender tells which of its lives this is: speech of a former one ends. */
  noteEpoch(epoch?: number): void {
    if (this.#life.isAnother(epoch) && this.#options.dropsFormerSpeech) this.#restart();
  }

  receiveAudio(packet: AudioPacket, bytes: Uint8Array): void {
    this.#reports.during(() => {
      const { counters, tell } = this.#options;
      const nowMs = this.#noteArrival(packet.sendTimeMs);
      if (this.#isRestart(packet)) this.#restart();
      const isRetransmission = (packet.flags & audioFlag.repeat) !== 0;
      const utterance = this.#find(packet.utteranceSequence, nowMs, isRetransmission);
      if (utterance === undefined) return;
      const wasEndKnown = utterance.frameCount !== undefined;
      const wasComplete = utterance.isComplete;
      const result = utterance.receive(packet, bytes, nowMs, utterance === this.playout.queue.front);
      counters.duplicateFrames += result.duplicateFrames;
      if (result.verdict === 'refused') counters.refused++;
      if (result.verdict === 'duplicate') {
        counters.duplicatePackets++;
        // The sender repeats what is here: it has not heard of it.
        if (isRetransmission) this.#reports.request(utterance);
      }
      if (result.verdict === 'new') {
        const bytesOfFrames = payloadBytes(packet);
        const audioMs = result.newFrames * (utterance.settings?.frameMs ?? 0);
        const arrival = { position: result.position, payloadBytes: bytesOfFrames, audioMs };
        const isAlarm = this.statistics.addPacket(packet, arrival, nowMs);
        if (isAlarm) this.#reports.request(utterance);
        if (result.newFrames > 0) {
          const { utteranceSequence, firstFrame } = packet;
          const frames = { firstFrame, frameCount: result.newFrames, payloadBytes: bytesOfFrames };
          tell({ type: 'receiveFrames', event: { ...this.id, utteranceSequence, atMs: nowMs, ...frames } });
        }
      }
      this.#reports.notePacket(utterance);
      const isCompletion = utterance.isComplete && !wasComplete;
      const isEndLearnt = utterance.frameCount !== undefined && !wasEndKnown;
      if (isCompletion || isEndLearnt || result.skippedPackets > 0 || result.lateFrames > 0) {
        this.#reports.request(utterance, isCompletion);
      }
      this.playout.update();
    });
  }

  receiveEnd(packet: EndPacket): void {
    this.#reports.during(() => {
      const nowMs = this.#noteArrival(packet.sendTimeMs);
      const utterance = this.#find(packet.utteranceSequence, nowMs, true);
      if (utterance === undefined) return;
      const wasComplete = utterance.isComplete;
      if (!utterance.receiveEnd(packet, nowMs)) this.#options.counters.refused++;
      this.#reports.notePacket(utterance);
      this.#reports.request(utterance, utterance.isComplete && !wasComplete);
      this.playout.update();
    });
  }

  receiveFlush(utteranceSequence: number): void {
    this.#reports.during(() => {
      this.#lastPacketAtMs = this.#options.clock.nowMs();
      this.playout.flush(utteranceSequence);
      const newest = this.#newestUtteranceSequence ?? utteranceSequence;
      this.#newestUtteranceSequence =
        serialDistance(newest, utteranceSequence) > 0 ? utteranceSequence : newest;
      this.#reports.request(
        this.#ended.find(utteranceSequence) ?? this.#rememberUnseen(utteranceSequence),
        true,
      );
    });
  }

  /** Words may come before the sound that they belong to. */
  receiveWords({ utteranceSequence, firstWord, words }: WordsPacket): void {
    const { counters, clock, tell } = this.#options;
    const atMs = clock.nowMs();
    this.#lastPacketAtMs = atMs;
    if (this.playout.queue.isPast(utteranceSequence)) counters.oldUtteranceSequence++;
    else if (this.#words.accept(utteranceSequence, firstWord, words.length))
      tell({ type: 'receiveWords', event: { ...this.id, utteranceSequence, atMs, firstWord, words } });
    else counters.duplicatePackets++;
  }

  /**
   * The sender goes on over another lane: of this utterance, what lies before `frame` is played, and nothing beyond.
   *
   * @returns how much has been heard already of what the sender says there, ms
   */
  limit(utteranceSequence: number, frame: number): number {
    this.#limit = { utteranceSequence, frame };
    const queued = this.playout.queue.find(utteranceSequence);
    const utterance = queued ?? this.#ended.find(utteranceSequence);
    if (utterance === undefined) return 0;
    const heardMs = utterance.soundMs(frame, this.playout.playheadFrame(utterance));
    if (queued !== undefined) this.playout.limit(queued, frame);
    return heardMs;
  }

  /** Reports the latest utterance, if there was any. */
  reportLatest(): void {
    if (this.#latest !== undefined) this.#reports.request(this.#latest);
  }

  /** The connection is back: the sender may have missed anything. */
  reportAll(): void {
    for (const utterance of this.playout.queue.items) this.#reports.request(utterance);
    this.reportLatest();
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#reports.dispose();
    this.playout.dispose();
    this.#options.counters.decodeFaults += this.playout.decodeFaults;
    this.#options.counters.sinkFaults += this.playout.sinkFaults;
  }

  #restart(): void {
    this.#life.noteRestarted();
    this.#limit = undefined;
    this.#ended.clear();
    this.playout.restart();
  }

  /**
   * The start of an utterance that would be past, had the sender not begun to count anew: after it joined again,
   * or with another session in the same room.
   */
  #isRestart(packet: AudioPacket): boolean {
    const { queue } = this.playout;
    if ((packet.flags & audioFlag.start) === 0 || !queue.isPast(packet.utteranceSequence)) return false;
    if (this.#ended.find(packet.utteranceSequence) !== undefined) return false;
    return this.#life.mayHaveRestarted || queue.isOfAnotherRun(packet.utteranceSequence);
  }

  #noteArrival(sendTimeMs: number): number {
    const nowMs = this.#options.clock.nowMs();
    this.#lastPacketAtMs = nowMs;
    this.statistics.addStamp(sendTimeMs, nowMs);
    return nowMs;
  }

  /** The utterance that a packet belongs to; `undefined` if the packet is to be dropped. */
  #find(utteranceSequence: number, nowMs: number, wantsAnswer: boolean): Utterance | undefined {
    const { queue } = this.playout;
    const { counters, tell } = this.#options;
    const known = queue.find(utteranceSequence);
    if (known !== undefined) return (this.#latest = known);
    if (queue.isPast(utteranceSequence)) {
      counters.oldUtteranceSequence++;
      const ended = this.#ended.find(utteranceSequence);
      if (ended !== undefined && wantsAnswer) this.#reports.request(ended);
      return undefined;
    }
    if (queue.items.length >= maxUtterances) {
      counters.refused++;
      return undefined;
    }
    const utterance = new Utterance(utteranceSequence, nowMs, this.#budget);
    if (this.#limit?.utteranceSequence === utteranceSequence) utterance.limit(this.#limit.frame);
    queue.add(utterance);
    this.#latest = utterance;
    this.#newestUtteranceSequence = utteranceSequence;
    this.#reports.request(utterance);
    tell({ type: 'startUtterance', event: { ...this.id, utteranceSequence, atMs: nowMs } });
    return utterance;
  }

  #rememberUnseen(utteranceSequence: number): Utterance {
    const unseen = new Utterance(utteranceSequence, this.#options.clock.nowMs(), this.#budget);
    unseen.progress.state = 'finished';
    this.#ended.add(unseen);
    return unseen;
  }

  #report(utterance: Utterance, isCritical: boolean): void {
    const { receiverId, sender, counters, clock } = this.#options;
    const bufferAheadMs = this.playout.bufferAheadMs(utterance);
    const playheadFrame = this.playout.playheadFrame(utterance);
    const { channel } = this.id;
    const { statistics } = this;
    const packet = encodeReportPacket(
      buildReport({
        ...{ receiverId, channel, utterance, statistics, bufferAheadMs, playheadFrame },
        nowMs: clock.nowMs(),
      }),
    );
    if (sender.send(packet, false, [this.id.sender])) counters.reportsSent++;
    if (isCritical) sender.send(packet, true, [this.id.sender]);
  }

  #onPlayout(happened: PlayoutEvent): void {
    if (happened.type === 'finishUtterance') {
      this.#ended.add(happened.utterance);
      this.#reports.noteFinished(happened.utterance);
      // The number will be used again.
      if (this.#limit?.utteranceSequence === happened.utterance.utteranceSequence) this.#limit = undefined;
      this.#reports.request(happened.utterance, true);
    } else if (happened.type !== 'playFrame' && happened.type !== 'fault') {
      this.#reports.request(happened.utterance);
    }
    this.#options.tell(toSpeechEvent(this.id, happened, this.#options.clock.nowMs()));
  }
}

function payloadBytes(packet: AudioPacket): number {
  let bytes = 0;
  for (const payload of packet.payloads) bytes += payload.length;
  return bytes;
}
