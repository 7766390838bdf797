import { PingLedger, QuestionTimes, RttEstimator } from '@eloquence/link';
import type { Attributes, HelloPacket } from '@eloquence/wire';
import { CongestionWindow } from '../stream/congestion-window.js';

const noAttributes: Attributes = Object.freeze({});

/** What is known of one receiver, across utterances. */
export class ReceiverPeer {
  readonly rtt = new RttEstimator();
  readonly pings: PingLedger;
  readonly pingTimes = new QuestionTimes();
  lastHeardAtMs: number;
  /** When it was asked first of all that it has not answered, on the lane's `AwakeClock`. */
  #askedAtMs: number | undefined;
  isPresent = true;
  /** It has said goodbye, and another one of its participant may be about to take its place. */
  hasTakenLeave = false;
  /** When it left the room last; −∞ if it never did. */
  leftAtMs = Number.NEGATIVE_INFINITY;
  /** When it joined the room anew, having been known before; −∞ if it never did. */
  rejoinedAtMs = Number.NEGATIVE_INFINITY;
  #hello: HelloPacket;
  #window: CongestionWindow | undefined;

  /**
   * @param receiver how reports and errors name it: the identity, or for further receivers of one participant
   * `identity#receiverId`
   * @param identity that of its participant
   */
  constructor(
    readonly receiver: string,
    readonly identity: string,
    hello: HelloPacket,
    nowMs: number,
    firstPing = 0,
  ) {
    this.pings = new PingLedger(firstPing);
    this.#hello = hello;
    this.lastHeardAtMs = nowMs;
  }

  /** Drawn by the receiver when it was attached. */
  get receiverId(): number {
    return this.#hello.receiverId;
  }

  get hello(): HelloPacket {
    return this.#hello;
  }

  /** What it said of itself and its link in its latest greeting. */
  get attributes(): Attributes {
    return this.#hello.attributes ?? noAttributes;
  }

  /** Bytes sent to this receiver and not acknowledged, over all utterances. */
  get inFlightBytes(): number {
    return this.#window?.bytesInFlight ?? 0;
  }

  /** When it gave the last sign of life. */
  get aliveUntilMs(): number {
    return Math.max(this.lastHeardAtMs, this.leftAtMs);
  }

  greet(hello: HelloPacket, nowMs: number): void {
    this.#hello = hello;
    this.isPresent = true;
    this.noteHeard(nowMs);
  }

  noteHeard(nowMs: number): void {
    this.lastHeardAtMs = nowMs;
    this.#askedAtMs = undefined;
  }

  /** It was sent something that it answers. */
  noteAsked(awakeMs: number): void {
    this.#askedAtMs ??= awakeMs;
  }

  /** For how long it has left a question unanswered, ms; 0 if it has not. */
  unansweredForMs(awakeMs: number): number {
    return this.#askedAtMs === undefined ? 0 : awakeMs - this.#askedAtMs;
  }

  canReceive(codecId: string): boolean {
    return this.#hello.codecIds.includes(codecId);
  }

  /** The window, made on first use with the profile's initial size. */
  window(initialPackets: number): CongestionWindow {
    this.#window ??= new CongestionWindow(initialPackets);
    return this.#window;
  }
}
