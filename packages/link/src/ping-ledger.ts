import { serialDistance } from '@eloquence/wire';

const historyBits = 32;

/** Questions whose time is remembered. */
const questionsKept = 256;

/**
 * When questions were sent, by their numbers: the time that an answer gives back has wrapped if it comes after more than
 * 65.5 s, as from a page that was locked. Bounded: the oldest are forgotten.
 */
export class QuestionTimes {
  readonly #atMs = new Map<number, number>();

  add(nonce: number, nowMs: number): void {
    this.#atMs.delete(nonce);
    this.#atMs.set(nonce, Math.round(nowMs));
    const oldest = this.#atMs.keys().next();
    if (this.#atMs.size > questionsKept && !oldest.done) this.#atMs.delete(oldest.value);
  }

  /** Time since a question was sent, whole ms; `undefined` if it is not remembered. */
  elapsedMs(nonce: number, nowMs: number): number | undefined {
    const atMs = this.#atMs.get(nonce);
    return atMs === undefined ? undefined : Math.round(nowMs) - atMs;
  }
}

/** What an answer says of the pings up to the one that it answers. */
export interface PingFindings {
  readonly arrived: number;
  readonly lost: number;
}

const nothing: PingFindings = { arrived: 0, lost: 0 };

/**
 * Numbers the pings to one receiver, and learns from the answers which of them arrived: an answer tells of the 32
 * pings before it, so that a lost answer is not taken for a lost ping. Constant size.
 */
export class PingLedger {
  #next: number;
  /** What became of every ping before this one is known, or will not be. */
  #judged: number;

  /** @param first number of the first ping: at random, to tell a sender that starts anew from the one before */
  constructor(first: number) {
    this.#next = first & 0xffff;
    this.#judged = this.#next;
  }

  /** The number of the next ping. */
  take(): number {
    const nonce = this.#next;
    this.#next = (nonce + 1) & 0xffff;
    return nonce;
  }

  /** Another receiver has taken the place of the one that was asked: it knows of no ping before. */
  restart(): void {
    this.#judged = this.#next;
  }

  /** An answer came, with the receiver's account of the pings before, if it keeps one. */
  answered(nonce: number, history: number | undefined): PingFindings {
    const pending = serialDistance(this.#judged, nonce);
    if (pending < 0 || serialDistance(nonce, this.#next) <= 0) return nothing;
    this.#judged = (nonce + 1) & 0xffff;
    if (history === undefined) return nothing;
    let arrived = 1;
    let lost = 0;
    for (let bit = 0; bit < Math.min(pending, historyBits); bit++) {
      if (((history >>> bit) & 1) === 1) arrived++;
      else lost++;
    }
    return { arrived, lost };
  }
}
