import type { VirtualClock } from '@eloquence/base';
import {
  type AudioPacket,
  type EndPacket,
  type ReportPacket,
  audioFlag,
  encodePongPacket,
} from '@eloquence/wire';
import type { ScriptedChannel, Sent } from './scripted-channel.js';

export interface ScriptedReceiverOptions {
  readonly rttMs?: number;
  /** Whether this transmission gets lost; called for audio and END packets only. */
  readonly isLost?: (sent: Sent<AudioPacket | EndPacket>, nth: number) => boolean;
  readonly bufferMs?: number;
  /** 1 if absent. */
  readonly receiverId?: number;
}

/**
 * The least that a receiver can do: notes what arrives half a round trip later, and reports each arrival at once,
 * half a round trip after that. It "plays" everything as soon as the end is known.
 */
export class ScriptedReceiver {
  readonly arrived = new Map<number, Set<number>>();
  readonly frames: number[] = [];
  isMute = false;
  isPlaying = true;
  /** The frame at which it fell silent when it was told to. */
  silentFrom = 0;
  /** It is where its packets of three frames end, rather than at the beginning. */
  isAtTheEdge = false;
  /** What it reports and answers comes so much later, ms. */
  answerDelayMs = 0;
  /** First packet that it was sent of an utterance. */
  readonly #firsts = new Map<number, number>();
  #ends = new Map<number, number>();
  #count = 0;

  constructor(
    private readonly channel: ScriptedChannel,
    private readonly clock: VirtualClock,
    readonly identity = 'ear',
    private readonly options: ScriptedReceiverOptions = {},
  ) {
    const next = channel.onDidSend;
    channel.onDidSend = (sent) => {
      next(sent);
      this.#take(sent);
    };
  }

  hello(): void {
    const { bufferMs } = this.options;
    const { receiverId } = this;
    this.channel.hello(this.identity, bufferMs === undefined ? { receiverId } : { receiverId, bufferMs });
  }

  get receiverId(): number {
    return this.options.receiverId ?? 1;
  }

  get #oneWayMs(): number {
    return (this.options.rttMs ?? 40) / 2;
  }

  #take(sent: Sent): void {
    const { packet, to } = sent;
    if (to !== undefined && !to.includes(this.identity)) return;
    if (packet.type === 'ping') {
      const { nonce, sendTimeMs } = packet;
      if (packet.receiverId !== this.receiverId) return;
      const pong = encodePongPacket({ type: 'pong', receiverId: packet.receiverId, nonce, sendTimeMs });
      this.clock.setTimer(
        () => {
          if (!this.isMute) this.channel.bring(pong, this.identity);
        },
        2 * this.#oneWayMs + this.answerDelayMs,
      );
    }
    if (packet.type === 'flush') {
      const answer = { ...this.report(packet.utteranceSequence, 0), playout: 'finished' } as const;
      this.clock.setTimer(() => {
        if (!this.isMute) this.channel.report({ ...answer, playheadFrame: this.silentFrom }, this.identity);
      }, 2 * this.#oneWayMs);
    }
    if (packet.type !== 'audio' && packet.type !== 'end') return;
    if (this.options.isLost?.(sent as Sent<AudioPacket | EndPacket>, this.#count++) === true) return;
    this.clock.setTimer(() => this.#arrive(packet), this.#oneWayMs);
  }

  #arrive(packet: AudioPacket | EndPacket): void {
    if (this.isMute) return;
    const log = this.arrived.get(packet.utteranceSequence) ?? new Set<number>();
    this.arrived.set(packet.utteranceSequence, log);
    if (packet.type === 'end') this.#ends.set(packet.utteranceSequence, packet.packetCount);
    else if (!log.has(packet.sequence)) {
      if ((packet.flags & audioFlag.start) !== 0) this.#firsts.set(packet.utteranceSequence, packet.sequence);
      log.add(packet.sequence);
      for (let at = 0; at < packet.payloads.length; at++) this.frames.push(packet.firstFrame + at);
    }
    const report = this.report(packet.utteranceSequence, packet.sendTimeMs);
    this.clock.setTimer(() => {
      if (!this.isMute) this.channel.report(report, this.identity);
    }, this.#oneWayMs + this.answerDelayMs);
  }

  /** What a report on this utterance says now. */
  report(utteranceSequence: number, sendTimeMs: number): Partial<ReportPacket> {
    const log = this.arrived.get(utteranceSequence) ?? new Set<number>();
    let next = this.#firsts.get(utteranceSequence) ?? 0;
    while (log.has(next)) next++;
    let low = 0;
    let high = 0;
    for (let bit = 0; bit < 32; bit++) {
      if (log.has(next + 1 + bit)) low |= 1 << bit;
      if (log.has(next + 33 + bit)) high |= 1 << bit;
    }
    const isEndKnown = this.#ends.has(utteranceSequence);
    const isComplete = isEndKnown && next === this.#ends.get(utteranceSequence);
    return {
      receiverId: this.receiverId,
      utteranceSequence,
      nextSequence: next,
      bitmapLow: low >>> 0,
      bitmapHigh: high >>> 0,
      isEndKnown,
      playout: isComplete && this.isPlaying ? 'finished' : 'playing',
      playheadFrame: this.isAtTheEdge ? 3 * next : 0,
      echo: { sendTimeMs, holdMs: 0 },
      startedAgoMs: 0,
      ...(isComplete ? { completedAgoMs: 0 } : {}),
    };
  }
}
