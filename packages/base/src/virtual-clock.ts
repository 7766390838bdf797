import { type Clock, type Disposable, toDisposable } from '@eloquence/plugin-api';

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
  state: 'waiting' | 'cancelled' | 'fired';
}

/**
 * Time that moves only when told to. Timers fire in order of their due time, equal ones in order of their
 * creation, each with `nowMs()` at its due time: a program on a virtual clock always runs the same way.
 */
export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  /** Binary heap by due time, then order. */
  readonly #heap: Timer[] = [];
  #cancelledInHeap = 0;

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Timers that are waiting. */
  get pendingTimers(): number {
    return this.#heap.length - this.#cancelledInHeap;
  }

  setTimer(callback: () => void, delayMs: number): Disposable {
    const dueMs = this.#nowMs + Math.max(0, delayMs);
    const timer: Timer = { dueMs, order: this.#order++, callback, state: 'waiting' };
    this.#push(timer);
    return toDisposable(() => {
      if (timer.state !== 'waiting') return;
      timer.state = 'cancelled';
      this.#cancelledInHeap++;
    });
  }

  /** Moves time forward by `durationMs`, firing what falls due on the way. */
  advance(durationMs: number): void {
    this.#runUntil(this.#nowMs + durationMs);
  }

  /**
   * Moves time forward like {@link advance}, and lets promise callbacks run between timers, so that async code
   * on this clock makes its steps in order.
   */
  async advanceAsync(durationMs: number): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    await settle();
    for (;;) {
      const next = this.#peek();
      if (next === undefined || next.dueMs > endMs) break;
      this.#fire(next);
      await settle();
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }

  #runUntil(endMs: number): void {
    for (;;) {
      const next = this.#peek();
      if (next === undefined || next.dueMs > endMs) break;
      this.#fire(next);
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }

  #fire(timer: Timer): void {
    this.#pop();
    timer.state = 'fired';
    this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
    timer.callback();
  }

  #peek(): Timer | undefined {
    for (;;) {
      const head = this.#heap[0];
      if (head === undefined || head.state === 'waiting') return head;
      this.#cancelledInHeap--;
      this.#pop();
    }
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(timer, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

const macrotask = (globalThis as { setImmediate?: (callback: () => void) => unknown }).setImmediate;
/** Where there is no macrotask to wait for, one `await` may queue the next this many times. */
const microtaskTurns = 64;

/** Lets promise callbacks run until none is queued: a chain of any length takes no time on a virtual clock. */
async function settle(): Promise<void> {
  if (macrotask !== undefined) {
    await new Promise<void>((resolve) => macrotask(resolve));
    return;
  }
  for (let turn = 0; turn < microtaskTurns; turn++) await Promise.resolve();
}
