import type { Clock, Disposable } from '@eloquence/plugin-api';

/** First-in first-out queue with constant cost per item. */
export class FifoQueue<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  peek(): T | undefined {
    return this.#items[this.#head];
  }

  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head >= 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }
}

/**
 * Node's timers count whole milliseconds. Delivering up to half of one early makes the error symmetric: about
 * ±0.5 ms and 0 on average, without spinning.
 */
export const TIMER_TOLERANCE_MS = 0.5;

export interface DeliveryPumpOptions<T> {
  readonly clock: Clock;
  /** Takes an item when it is due; must not throw. */
  readonly deliver: (item: T) => void;
  /** Most items in the pump, 32 768 unless told. */
  readonly maxItems?: number | undefined;
  /** Most bytes in the pump, 32 MiB unless told. */
  readonly maxBytes?: number;
  /** How early an item may be delivered, ms; {@link TIMER_TOLERANCE_MS} unless told. */
  readonly toleranceMs?: number;
}

interface Entry<T> {
  readonly dueMs: number;
  readonly bytes: number;
  readonly item: T;
}

/**
 * Holds items until they are due and delivers them strictly in the order in which they came: one timer for
 * the head of one queue, because one timer an item swaps those of the same millisecond.
 */
export class DeliveryPump<T> implements Disposable {
  readonly #clock: Clock;
  readonly #deliver: (item: T) => void;
  readonly #maxItems: number;
  readonly #maxBytes: number;
  readonly #toleranceMs: number;
  readonly #queue = new FifoQueue<Entry<T>>();
  #queuedBytes = 0;
  #overflows = 0;
  #timer: Disposable | undefined;
  #isRunning = false;

  constructor(options: DeliveryPumpOptions<T>) {
    this.#clock = options.clock;
    this.#deliver = options.deliver;
    this.#maxItems = options.maxItems ?? 32_768;
    this.#maxBytes = options.maxBytes ?? 32 * 1024 * 1024;
    this.#toleranceMs = options.toleranceMs ?? TIMER_TOLERANCE_MS;
  }

  get queuedItems(): number {
    return this.#queue.length;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Items refused because the pump was full. */
  get overflows(): number {
    return this.#overflows;
  }

  /**
   * Queues an item of `bytes` bytes for `dueMs` on the clock; due times must not decrease.
   *
   * @returns false if the pump is full; the item is dropped and counted.
   */
  push(dueMs: number, bytes: number, item: T): boolean {
    if (this.#queue.length >= this.#maxItems || this.#queuedBytes + bytes > this.#maxBytes) {
      this.#overflows++;
      return false;
    }
    this.#queue.push({ dueMs, bytes, item });
    this.#queuedBytes += bytes;
    if (this.#timer === undefined) this.#run();
    return true;
  }

  /** Drops everything queued. */
  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#queue.clear();
    this.#queuedBytes = 0;
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (let head = this.#queue.peek(); head !== undefined; head = this.#queue.peek()) {
        const waitMs = head.dueMs - this.#clock.nowMs();
        if (waitMs > this.#toleranceMs) {
          this.#timer = this.#clock.setTimer(() => {
            this.#timer = undefined;
            this.#run();
          }, waitMs);
          return;
        }
        this.#queue.shift();
        this.#queuedBytes -= head.bytes;
        this.#deliver(head.item);
      }
    } finally {
      this.#isRunning = false;
    }
  }
}
