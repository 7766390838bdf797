import type { SinkBuffer } from '../sink/audio-sink.js';
import type { Pace } from './pace.js';

/** A full buffer is looked after at least this often, ms. */
const longestWaitMs = 250;
const shortestWaitMs = 1;

/**
 * The pace of a sink with a clock of its own: it is kept filled, and how far it has come is what it says. Timers only
 * refill it, so a late one does no harm as long as the buffer lasts.
 */
export class BufferPace implements Pace {
  readonly isAhead = true;
  readonly slippedMs = 0;
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

  finishUtterance(): void {
    this.#buffer.finishUtterance();
  }
}
