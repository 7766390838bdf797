import type { Disposable, ReceiverSettings, StreamSettings } from '@eloquence/plugin-api';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import type { ReceiverStream } from '../stream/receiver-stream.js';
import type { UtteranceTotals } from '../stream/transmitter.js';

/**
 * Who joins anew needs this long until its data channels are open, ms: some 2 s on a local network. Until then it hears
 * no audio track either.
 */
const rejoinMs = 4000;
/** A receiver that claims to hold less than this is not believed: it would hold up everybody, ms. */
const leastBufferMs = 100;

/** The receivers of one utterance, a stream each, and what is true of all of them together. */
export class FanOut implements Disposable {
  readonly #streams: Map<string, ReceiverStream>;
  readonly #dropped: ReceiverStream[] = [];
  /** Former lives of receivers that greeted anew: their counts belong to the utterance, too. */
  readonly #replaced: ReceiverStream[] = [];
  #ownSettings: ReadonlyMap<string, StreamSettings> = new Map();
  /** Receivers that have everything and have not said in time that they played it. */
  readonly #presumedPlayed = new Set<ReceiverStream>();

  constructor(streams: readonly ReceiverStream[]) {
    this.#streams = new Map(streams.map((stream) => [stream.peer.receiver, stream]));
  }

  get streams(): ReadonlyMap<string, ReceiverStream> {
    return this.#streams;
  }

  /** Receivers that were given up: their counts still belong to the utterance. */
  get dropped(): readonly ReceiverStream[] {
    return this.#dropped;
  }

  /** Every stream that there was. */
  get all(): readonly ReceiverStream[] {
    return [...this.#streams.values(), ...this.#dropped, ...this.#replaced];
  }

  get peers(): readonly ReceiverPeer[] {
    return [...this.#streams.values()].map(({ peer }) => peer);
  }

  /** Receivers that want words. */
  get wordReaders(): readonly ReceiverPeer[] {
    return this.peers.filter(({ hello }) => hello.wantsWords === true);
  }

  /** Packets that wait at the fastest receiver; `Infinity` if there is none. */
  get fewestQueuedPackets(): number {
    let fewest = Number.POSITIVE_INFINITY;
    for (const stream of this.#streams.values()) fewest = Math.min(fewest, stream.queuedPackets);
    return fewest;
  }

  /** The least that any receiver can hold ahead of its playhead, ms, at most `limitMs`. */
  leastBufferMs(limitMs: number): number {
    let bufferMs = limitMs;
    for (const { peer } of this.#streams.values())
      bufferMs = Math.min(bufferMs, Math.max(leastBufferMs, peer.hello.bufferMs));
    return bufferMs;
  }

  /** Smoothed round-trip time of the slowest receiver, ms. */
  get rttMs(): number {
    let rttMs = 0;
    for (const { peer } of this.#streams.values()) rttMs = Math.max(rttMs, peer.rtt.smoothedMs);
    return rttMs;
  }

  /** The longest that a receiver has owed an acknowledgement, ms. */
  get unackedForMs(): number {
    let longestMs = 0;
    for (const stream of this.#streams.values()) longestMs = Math.max(longestMs, stream.unackedForMs);
    return longestMs;
  }

  /**
   * How long no receiver has answered although all owe an answer, ms: the least over the receivers, since as long as
   * one answers the lane is not dead. 0 while a receiver that joined anew cannot answer yet.
   */
  unansweredForMs(nowMs: number): number {
    if (this.#streams.size === 0) return 0;
    let leastMs = Number.POSITIVE_INFINITY;
    for (const stream of this.#streams.values()) {
      const { lastHeardAtMs, rejoinedAtMs } = stream.peer;
      const silentMs = Math.min(nowMs - lastHeardAtMs, nowMs - rejoinedAtMs - rejoinMs);
      leastMs = Math.min(leastMs, stream.unackedForMs, silentMs);
    }
    return Math.max(0, leastMs);
  }

  /** Everything has arrived at every receiver, and each knows that there is no more. */
  get isComplete(): boolean {
    if (this.#streams.size === 0) return false;
    for (const stream of this.#streams.values()) if (!stream.isComplete) return false;
    return true;
  }

  /** Every receiver has played everything, or is presumed to have. */
  get isPlayed(): boolean {
    for (const stream of this.#streams.values())
      if (!hasPlayed(stream) && !this.#presumedPlayed.has(stream)) return false;
    return true;
  }

  /** Some receiver has said that it has played everything. */
  get isHeard(): boolean {
    return [...this.#streams.values()].some(hasPlayed);
  }

  /** Receivers that are only presumed to have played everything. */
  get presumedReceivers(): number {
    return [...this.#presumedPlayed].filter((stream) => !hasPlayed(stream)).length;
  }

  presumePlayed(stream: ReceiverStream): void {
    this.#presumedPlayed.add(stream);
  }

  /** @param own receivers with settings of their own */
  applySettings(settings: StreamSettings, own: readonly ReceiverSettings[] = []): void {
    this.#ownSettings = new Map(
      own.flatMap((one) => one.receivers.map((receiver) => [receiver, one.settings])),
    );
    for (const [receiver, stream] of this.#streams)
      stream.applySettings(this.#ownSettings.get(receiver) ?? settings);
  }

  end(totals: UtteranceTotals): void {
    for (const stream of this.#streams.values()) stream.end(totals);
  }

  /** Sends what congestion windows allow by now. */
  pump(): void {
    for (const stream of this.#streams.values()) stream.pump();
  }

  resume(): void {
    for (const stream of this.#streams.values()) stream.resume();
  }

  /** This receiver is served from now on, in place of its former life. */
  join(stream: ReceiverStream): void {
    const { receiver } = stream.peer;
    const before = this.#streams.get(receiver);
    if (before !== undefined) {
      before.dispose();
      this.#presumedPlayed.delete(before);
      this.#replaced.push(before);
    }
    this.#streams.set(receiver, stream);
    const own = this.#ownSettings.get(receiver);
    if (own !== undefined) stream.applySettings(own);
  }

  /** This receiver gets nothing more. */
  drop(stream: ReceiverStream): void {
    stream.dispose();
    this.#streams.delete(stream.peer.receiver);
    this.#dropped.push(stream);
  }

  dispose(): void {
    for (const stream of this.#streams.values()) stream.dispose();
  }
}

function hasPlayed({ lastReport }: ReceiverStream): boolean {
  return lastReport?.report.playout === 'finished';
}
