import type { SinkBuffer } from '../sink/audio-sink.js';

/** When blocks may leave for the sink, and how long it can sound without more. */
export interface Pace {
  /** Whether the sink is ahead of what is heard: then it is fed whenever something arrives. */
  readonly isAhead: boolean;
  /** False while playout must not start. */
  readonly isOpen: boolean;
  /** From when on the next block will be heard. */
  nextDueMs(nowMs: number): number;
  /** Playout starts, or goes on after a stall. */
  start(nowMs: number): void;
  /** Call before a run of blocks. False if the sink fell silent since the last one: it has stalled unnoticed. */
  prepare(nowMs: number): boolean;
  /** One more block may be handed over. */
  isDue(nowMs: number): boolean;
  /** A block of this duration has been handed over. */
  advance(durationMs: number): void;
  /** When to look again, the sink being full. */
  wakeAtMs(nowMs: number): number;
  /** When the sink falls silent if it is given nothing more. */
  dryAtMs(nowMs: number): number;
  /** Audio handed over that has not left the sink's buffer, ms. */
  queuedMs(): number;
  /** From leaving the sink's buffer to being heard, ms. */
  latencyMs(): number;
}

/** Timers of a virtual or real clock may fire this much before their time, by rounding. */
const toleranceMs = 0.01;

/**
 * Absolute schedule of blocks: each is due when the one before it has sounded, however late the timers fire. After
 * a long freeze only the last `maxCatchUpMs` are made up for; the rest is skipped on the schedule, not in the audio.
 */
export class PlayoutClock implements Pace {
  readonly isAhead = false;
  readonly isOpen = true;
  readonly #maxCatchUpMs: number;
  #nextDueMs = 0;

  constructor(maxCatchUpMs = 200) {
    this.#maxCatchUpMs = maxCatchUpMs;
  }

  nextDueMs(): number {
    return this.#nextDueMs;
  }

  start(nowMs: number): void {
    this.#nextDueMs = nowMs;
  }

  isDue(nowMs: number): boolean {
    return this.#nextDueMs <= nowMs + toleranceMs;
  }

  advance(durationMs: number): void {
    this.#nextDueMs += durationMs;
  }

  prepare(nowMs: number): boolean {
    const excessMs = nowMs - this.#nextDueMs - this.#maxCatchUpMs;
    if (excessMs > 0) this.#nextDueMs += excessMs;
    return true;
  }

  wakeAtMs(): number {
    return this.#nextDueMs;
  }

  /** Blocks leave when they are due: when one is missing, the sink is silent already. */
  dryAtMs(nowMs: number): number {
    return nowMs;
  }

  queuedMs(): number {
    return 0;
  }

  latencyMs(): number {
    return 0;
  }
}

/** A full buffer is looked after at least this often, ms. */
const longestWaitMs = 250;
const shortestWaitMs = 1;

/**
 * The pace of a sink with a clock of its own: it is kept filled, and how far it has come is what it says. Timers only
 * refill it, so a late one does no harm as long as the buffer lasts.
 */
export class BufferPace implements Pace {
  readonly isAhead = true;
  readonly #buffer: SinkBuffer;
  #isSounding = false;

  constructor(buffer: SinkBuffer) {
    this.#buffer = buffer;
  }

  get isOpen(): boolean {
    return this.#buffer.isOpen;
  }

  nextDueMs(nowMs: number): number {
    return nowMs + this.#buffer.queuedMs + this.#buffer.latencyMs;
  }

  start(): void {
    this.#isSounding = false;
  }

  prepare(): boolean {
    return !this.#isSounding || this.#buffer.queuedMs > 0;
  }

  isDue(): boolean {
    return this.#buffer.queuedMs < this.#buffer.aheadMs;
  }

  advance(): void {
    this.#isSounding = true;
  }

  wakeAtMs(nowMs: number): number {
    return nowMs + Math.min(longestWaitMs, Math.max(shortestWaitMs, this.#buffer.aheadMs / 4));
  }

  dryAtMs(nowMs: number): number {
    const { queuedMs } = this.#buffer;
    return queuedMs > 0 ? nowMs + Math.max(shortestWaitMs, queuedMs) : nowMs;
  }

  queuedMs(): number {
    return this.#buffer.queuedMs;
  }

  latencyMs(): number {
    return this.#buffer.latencyMs;
  }
}
