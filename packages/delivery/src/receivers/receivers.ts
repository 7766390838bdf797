import { type Clock, type Disposable, Emitter, type RandomSource } from '@eloquence/plugin-api';
import { QuestionTimes } from '@eloquence/link';
import { type HelloPacket, elapsedSince } from '@eloquence/wire';
import { ByeLog } from './bye-log.js';
import { ReceiverPeer } from './receiver-peer.js';

export interface ReceiversOptions {
  readonly clock: Clock;
  readonly random: RandomSource;
  /** How long a receiver that left the room may take to come back before it is forgotten, ms. */
  readonly rejoinLimitMs: number;
}

/** A receiver has come. */
export interface ReceiverJoin {
  readonly peer: ReceiverPeer;
  /** Until when the one was there whose place it takes. */
  readonly aliveUntilMs: number;
  /**
   * When that one was heard last. That it left is no sign of what it heard: the server may tell so only when the next one
   * has come.
   */
  readonly lastHeardAtMs: number;
}

const maxPeers = 64;
/** A receiver that owes an answer and has been silent for so long may be gone, ms: no page is loaded anew sooner. */
const overdueMs = 1500;

/** The receivers that have greeted a lane: who they are, how far away, and until when. Bounded. */
export class Receivers implements Disposable {
  /** When the room was asked who can receive. */
  readonly questions = new QuestionTimes();
  readonly #options: ReceiversOptions;
  /** By the name that reports give them. */
  readonly #peers = new Map<string, ReceiverPeer>();
  readonly #leaving = new Map<ReceiverPeer, Disposable>();
  readonly #byes = new ByeLog();
  readonly #onDidGreet = new Emitter<ReceiverPeer>();
  readonly #onDidJoin = new Emitter<ReceiverJoin>();
  readonly #onDidLeave = new Emitter<ReceiverPeer>();

  /** Also for a receiver that was known. */
  readonly onDidGreet = this.#onDidGreet.event;
  /** It was not known, or takes the place of another: it has nothing of what is being said. */
  readonly onDidJoin = this.#onDidJoin.event;
  /** It said so, or did not come back in time. */
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

  /** The receiver of this participant that has this id. */
  get(identity: string, receiverId: number): ReceiverPeer | undefined {
    return this.#of(identity).find((peer) => peer.receiverId === receiverId);
  }

  /** Whether it is known how far any of them is. */
  get isAnyRttKnown(): boolean {
    return this.all().some(({ rtt }) => rtt.isKnown);
  }

  /** @returns false if the greeting does not count: overtaken by a farewell, or from one receiver too many */
  greet(identity: string, hello: HelloPacket): boolean {
    const nowMs = this.#options.clock.nowMs();
    const isAnswer = hello.probeNonce !== 0;
    const askedMsAgo =
      this.questions.elapsedMs(hello.probeNonce, nowMs) ?? elapsedSince(hello.probeSendTimeMs, nowMs);
    const id = byeId(identity, hello.receiverId);
    if (isAnswer && this.#byes.isOvertaken(id, askedMsAgo, nowMs)) return false;
    const peer = this.get(identity, hello.receiverId) ?? this.#predecessor(identity, nowMs);
    if (peer === undefined && this.#peers.size >= maxPeers) return false;
    const greeted = peer ?? this.#add(identity, hello, nowMs);
    const isNew = peer?.receiverId !== hello.receiverId;
    const { aliveUntilMs, lastHeardAtMs } = greeted;
    greeted.greet(hello, nowMs);
    this.#stay(greeted);
    if (isAnswer) greeted.rtt.add(askedMsAgo, nowMs);
    this.#onDidGreet.fire(greeted);
    if (isNew) greeted.pings.restart();
    if (isNew) this.#onDidJoin.fire({ peer: greeted, aliveUntilMs, lastHeardAtMs });
    return true;
  }

  /** @returns false if it was not known */
  takeLeave(identity: string, receiverId: number): boolean {
    const nowMs = this.#options.clock.nowMs();
    this.#byes.add(byeId(identity, receiverId), nowMs);
    const peer = this.get(identity, receiverId);
    if (peer === undefined) return false;
    peer.noteHeard(nowMs);
    peer.hasTakenLeave = true;
    return this.#forget(peer);
  }

  /** A participant has joined the room, or left it, for the time being or for good: all of its receivers. */
  setPresent(identity: string, isPresent: boolean): void {
    for (const peer of this.#of(identity)) {
      peer.isPresent = isPresent;
      this.#stay(peer);
      if (isPresent) peer.rejoinedAtMs = this.#options.clock.nowMs();
      else {
        peer.leftAtMs = this.#options.clock.nowMs();
        this.#leaveLater(peer, () => true);
      }
    }
    if (!isPresent || this.#of(identity).length < 2) return;
    // Of several, those that have not come back with their participant are gone.
    for (const peer of this.#of(identity))
      this.#leaveLater(peer, () => peer.lastHeardAtMs < peer.rejoinedAtMs);
  }

  /** Nobody could be heard until now: the silence does not count. */
  excuseSilence(): void {
    const nowMs = this.#options.clock.nowMs();
    for (const peer of this.#peers.values()) peer.noteHeard(nowMs);
  }

  dispose(): void {
    for (const timer of this.#leaving.values()) timer.dispose();
    this.#leaving.clear();
    this.#peers.clear();
    this.#onDidGreet.dispose();
    this.#onDidJoin.dispose();
    this.#onDidLeave.dispose();
  }

  #of(identity: string): ReceiverPeer[] {
    return this.all().filter((peer) => peer.identity === identity);
  }

  #add(identity: string, hello: HelloPacket, nowMs: number): ReceiverPeer {
    const receiver = this.#peers.has(identity) ? `${identity}#${hello.receiverId}` : identity;
    const firstPing = Math.floor(this.#options.random.next() * 0x10000);
    const peer = new ReceiverPeer(receiver, identity, hello, nowMs, firstPing);
    this.#peers.set(receiver, peer);
    return peer;
  }

  /**
   * The receiver whose place a new one of its participant takes, as when a page was loaded anew: one that has not been
   * heard since the participant left or joined again, or that owes an answer while none is known of its leaving.
   */
  #predecessor(identity: string, nowMs: number): ReceiverPeer | undefined {
    return this.#of(identity).find(
      (peer) =>
        !peer.isPresent ||
        peer.lastHeardAtMs < peer.rejoinedAtMs ||
        (peer.inFlightBytes > 0 && nowMs - peer.lastHeardAtMs > overdueMs),
    );
  }

  #leaveLater(peer: ReceiverPeer, isGone: () => boolean): void {
    const { clock, rejoinLimitMs } = this.#options;
    const timer = clock.setTimer(() => {
      this.#stay(peer);
      if (isGone()) this.#forget(peer);
    }, rejoinLimitMs);
    this.#leaving.set(peer, timer);
  }

  #stay(peer: ReceiverPeer): void {
    this.#leaving.get(peer)?.dispose();
    this.#leaving.delete(peer);
  }

  #forget(peer: ReceiverPeer): boolean {
    this.#stay(peer);
    if (!this.#peers.delete(peer.receiver)) return false;
    this.#onDidLeave.fire(peer);
    return true;
  }
}

function byeId(identity: string, receiverId: number): string {
  return `${receiverId}/${identity}`;
}
