import { type Clock, type Disposable, Emitter, type RandomSource } from '@eloquence/plugin-api';
import type { HelloPacket } from '@eloquence/wire';
import { DepartureLog } from './departure-log.js';
import { ReceiverPeer } from './receiver-peer.js';
import { elapsedSince } from '../send-time.js';

export interface ReceiversOptions {
  readonly clock: Clock;
  readonly random: RandomSource;
  /** How long a receiver that left the room may take to come back before it is forgotten, ms. */
  readonly rejoinLimitMs: number;
}

const maxPeers = 64;

/** The receivers that have greeted a lane: who they are, how far away, and until when. Bounded. */
export class Receivers implements Disposable {
  readonly #options: ReceiversOptions;
  readonly #peers = new Map<string, ReceiverPeer>();
  readonly #leaving = new Map<string, Disposable>();
  readonly #farewells = new DepartureLog();
  readonly #onDidGreet = new Emitter<ReceiverPeer>();
  readonly #onDidLeave = new Emitter<string>();

  /** Also for a receiver that was known. */
  readonly onDidGreet = this.#onDidGreet.event;
  /** Its identity: it said so, or did not come back in time. */
  readonly onDidLeave = this.#onDidLeave.event;

  constructor(options: ReceiversOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#peers.size;
  }

  /** When any of them was last heard, on the lane's clock; −∞ if there is none. */
  get lastHeardAtMs(): number {
    let atMs = Number.NEGATIVE_INFINITY;
    for (const peer of this.#peers.values()) atMs = Math.max(atMs, peer.lastHeardAtMs);
    return atMs;
  }

  all(): ReceiverPeer[] {
    return [...this.#peers.values()];
  }

  get(identity: string): ReceiverPeer | undefined {
    return this.#peers.get(identity);
  }

  /** Whether it is known how far any of them is. */
  get isAnyRttKnown(): boolean {
    return this.all().some(({ rtt }) => rtt.isKnown);
  }

  /** @returns false if the greeting does not count: overtaken by a farewell, or from one receiver too many */
  greet(identity: string, hello: HelloPacket): boolean {
    const nowMs = this.#options.clock.nowMs();
    const isAnswer = hello.probeNonce !== 0;
    const askedMsAgo = elapsedSince(hello.probeSendTimeMs, nowMs);
    if (isAnswer && this.#farewells.isOvertaken(identity, askedMsAgo, nowMs)) return false;
    let peer = this.#peers.get(identity);
    if (peer !== undefined) {
      peer.greet(hello, nowMs);
    } else {
      if (this.#peers.size >= maxPeers) return false;
      const firstPing = Math.floor(this.#options.random.next() * 0x10000);
      peer = new ReceiverPeer(identity, hello, nowMs, firstPing);
      this.#peers.set(identity, peer);
    }
    this.#stay(identity);
    if (isAnswer) peer.rtt.add(askedMsAgo);
    this.#onDidGreet.fire(peer);
    return true;
  }

  /** @returns false if it was not known */
  takeLeave(identity: string): boolean {
    this.#farewells.add(identity, this.#options.clock.nowMs());
    return this.#forget(identity);
  }

  /** It has joined the room, or left it, for the time being or for good. */
  setPresent(identity: string, isPresent: boolean): void {
    const peer = this.#peers.get(identity);
    if (peer === undefined) return;
    const { clock, rejoinLimitMs } = this.#options;
    peer.isPresent = isPresent;
    this.#stay(identity);
    if (isPresent) peer.rejoinedAtMs = clock.nowMs();
    else
      this.#leaving.set(
        identity,
        clock.setTimer(() => this.#forget(identity), rejoinLimitMs),
      );
  }

  /** Nobody could be heard until now: the silence does not count. */
  excuseSilence(): void {
    const nowMs = this.#options.clock.nowMs();
    for (const peer of this.#peers.values()) peer.lastHeardAtMs = nowMs;
  }

  dispose(): void {
    for (const timer of this.#leaving.values()) timer.dispose();
    this.#leaving.clear();
    this.#peers.clear();
    this.#onDidGreet.dispose();
    this.#onDidLeave.dispose();
  }

  #stay(identity: string): void {
    this.#leaving.get(identity)?.dispose();
    this.#leaving.delete(identity);
  }

  #forget(identity: string): boolean {
    this.#stay(identity);
    if (!this.#peers.delete(identity)) return false;
    this.#onDidLeave.fire(identity);
    return true;
  }
}
