import type { Clock, Disposable } from '@eloquence/plugin-api';
import type { Utterance } from '../depacketize/utterance.js';

/** Least time between two reports of a stream, ms. */
const minSpacingMs = 2;
const packetsPerReport = 8;
/**
 * A gap is reported again after this time, ms, twice; then the time grows by as much after every second report: one
 * lost report costs little, and a slow way back is not filled with what was said already.
 */
const gapRepeatMs = 40;
const longestGapRepeatMs = 240;
const repeatsPerGap = 50;
/** Right after an utterance began, reports come at least this often, ms. */
const earlyIntervalMs = 100;
const earlyMs = 1000;
const defaultIntervalMs = 200;

/** A report of an utterance is due. A critical one must not get lost. */
export type SendReport = (utterance: Utterance, isCritical: boolean) => void;

/**
 * Decides when a stream reports: at once on events, every eighth packet, at an interval while packets arrive, and
 * again and again while a packet is missing. Never more often than every 2 ms; no timer while nothing is due.
 */
export class ReportScheduler implements Disposable {
  readonly #clock: Clock;
  readonly #send: SendReport;
  /** Utterances to report, and whether the report is critical. */
  readonly #pending = new Map<Utterance, boolean>();
  /** Utterances with a missing packet: which, and how often it was reported again. */
  readonly #gaps = new Map<Utterance, { next: number; repeats: number }>();
  #active: Utterance | undefined;
  #packets = 0;
  #lastSentMs = -Infinity;
  #timer: Disposable | undefined;
  #timerDueMs = Infinity;
  #isHeld = false;
  #isDisposed = false;

  constructor(clock: Clock, send: SendReport) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Runs `work`, and sends what it asked for afterwards: a report then tells of everything that one packet did. */
  during(work: () => void): void {
    if (this.#isHeld) return work();
    this.#isHeld = true;
    try {
      work();
    } finally {
      this.#isHeld = false;
      if (!this.#isDisposed) this.#run();
    }
  }

  /** Reports at once, or as soon as the spacing allows. */
  request(utterance: Utterance, isCritical = false): void {
    if (this.#isDisposed) return;
    this.#pending.set(utterance, isCritical || this.#pending.get(utterance) === true);
    this.#run();
  }

  /** A packet of this utterance arrived (a duplicate or refused one, too). */
  notePacket(utterance: Utterance): void {
    if (this.#isDisposed) return;
    this.#active = utterance;
    this.#packets++;
    this.#watchGap(utterance);
    if (this.#packets >= packetsPerReport) this.request(utterance);
    else this.#run();
  }

  /** The utterance ended: what is pending is still reported, and nothing after that. */
  noteFinished(utterance: Utterance): void {
    this.#gaps.delete(utterance);
    if (this.#active === utterance) {
      this.#active = undefined;
      this.#packets = 0;
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#pending.clear();
    this.#gaps.clear();
    this.#timer?.dispose();
    this.#timer = undefined;
  }

  #watchGap(utterance: Utterance): void {
    const known = this.#gaps.get(utterance);
    if (!utterance.log.hasGap) this.#gaps.delete(utterance);
    else if (known === undefined) this.#gaps.set(utterance, { next: utterance.log.next, repeats: 0 });
    else if (known.next !== utterance.log.next) {
      known.next = utterance.log.next;
      known.repeats = 0;
    }
  }

  #run(): void {
    if (this.#isHeld) return;
    const nowMs = this.#clock.nowMs();
    if (this.#intervalDueMs(nowMs) <= nowMs)
      this.#pending.set(this.#active!, this.#pending.get(this.#active!) ?? false);
    if (this.#gapDueMs() <= nowMs) this.#addGaps();
    if (this.#pending.size > 0 && nowMs >= this.#lastSentMs + minSpacingMs - 0.01) this.#sendFirst(nowMs);
    this.#arm();
  }

  #sendFirst(nowMs: number): void {
    for (const [utterance, isCritical] of this.#pending) {
      this.#pending.delete(utterance);
      this.#lastSentMs = nowMs;
      this.#packets = 0;
      this.#send(utterance, isCritical);
      return;
    }
  }

  #addGaps(): void {
    for (const [utterance, gap] of this.#gaps) {
      if (gap.repeats >= repeatsPerGap || this.#pending.has(utterance)) continue;
      gap.repeats++;
      this.#pending.set(utterance, false);
    }
  }

  #arm(): void {
    if (this.#isDisposed) return;
    const nowMs = this.#clock.nowMs();
    const pendingDueMs = this.#pending.size > 0 ? this.#lastSentMs + minSpacingMs : Infinity;
    const dueMs = Math.min(pendingDueMs, this.#intervalDueMs(nowMs), this.#gapDueMs());
    if (dueMs === this.#timerDueMs && this.#timer !== undefined) return;
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#timerDueMs = dueMs;
    if (dueMs === Infinity) return;
    this.#timer = this.#clock.setTimer(() => {
      this.#timer = undefined;
      this.#run();
    }, dueMs - nowMs);
  }

  /** Packets came that no report speaks of yet. */
  #intervalDueMs(nowMs: number): number {
    if (this.#packets === 0 || this.#active === undefined) return Infinity;
    const wantedMs = this.#active.settings?.reportIntervalMs ?? defaultIntervalMs;
    const isEarly = nowMs - this.#active.firstPacketAtMs < earlyMs;
    return this.#lastSentMs + (isEarly ? Math.min(wantedMs, earlyIntervalMs) : wantedMs);
  }

  #gapDueMs(): number {
    let waitMs = Infinity;
    for (const { repeats } of this.#gaps.values())
      if (repeats < repeatsPerGap)
        waitMs = Math.min(waitMs, gapRepeatMs * (1 + (repeats >> 1)), longestGapRepeatMs);
    return this.#lastSentMs + waitMs;
  }
}
