import type { Socket } from 'node:net';
import { type Clock, type Disposable, toDisposable } from '@eloquence/plugin-api';
import { FifoQueue, TIMER_TOLERANCE_MS } from './delivery-pump.js';
import type { StreamPatcher } from './stream-patcher.js';

/** Bytes on the way in one pipe from which on its source is no longer read. */
const HIGH_WATER_BYTES = 1024 * 1024;

/** How long the beginning of a match waits for its rest: TCP segments of one write follow each other closely. */
const PARTIAL_MATCH_WAIT_MS = 25;

export interface DelayedPipeOptions {
  readonly clock: Clock;
  readonly source: Socket;
  readonly sink: Socket;
  readonly patcher: StreamPatcher;
  /** Delay of what comes now, ms. */
  readonly delayMs: () => number;
  /** True while nothing may pass; call {@link DelayedPipe.wake} when that ends. */
  readonly isHeld: () => boolean;
  /** Told of each piece that leaves. */
  readonly onBytes: (bytes: number) => void;
}

interface Piece {
  readonly dueMs: number;
  /** `undefined` is the end of the stream. */
  readonly bytes: Uint8Array | undefined;
}

/** One direction of a TCP connection, delayed, patched and kept in order; bytes are held but never lost. */
export class DelayedPipe implements Disposable {
  readonly #options: DelayedPipeOptions;
  readonly #queue = new FifoQueue<Piece>();
  #queuedBytes = 0;
  #lastDueMs = -Infinity;
  #isBlocked = false;
  #timer: Disposable | undefined;
  #releaseTimer: Disposable | undefined;
  readonly #listeners: Disposable;

  constructor(options: DelayedPipeOptions) {
    this.#options = options;
    const { source, sink } = options;
    const onData = (chunk: Buffer): void => this.#receive(chunk);
    const onEnd = (): void => this.#end();
    const onDrain = (): void => {
      this.#isBlocked = false;
      this.wake();
    };
    source.on('data', onData);
    source.on('end', onEnd);
    sink.on('drain', onDrain);
    this.#listeners = toDisposable(() => {
      source.off('data', onData);
      source.off('end', onEnd);
      sink.off('drain', onDrain);
    });
  }

  /** Passes on what is due; to be called when a hold has ended. */
  wake(): void {
    const { clock, sink, source } = this.#options;
    while (!this.#isBlocked && !this.#options.isHeld()) {
      const head = this.#queue.peek();
      if (head === undefined) break;
      const waitMs = head.dueMs - clock.nowMs();
      if (waitMs > TIMER_TOLERANCE_MS) {
        this.#timer ??= clock.setTimer(() => {
          this.#timer = undefined;
          this.wake();
        }, waitMs);
        break;
      }
      this.#queue.shift();
      if (head.bytes === undefined) {
        sink.end();
        continue;
      }
      this.#queuedBytes -= head.bytes.length;
      this.#options.onBytes(head.bytes.length);
      this.#isBlocked = !sink.write(head.bytes);
    }
    if (source.isPaused() && this.#queuedBytes < HIGH_WATER_BYTES) source.resume();
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#timer?.dispose();
    this.#releaseTimer?.dispose();
    this.#queue.clear();
    this.#queuedBytes = 0;
  }

  #receive(chunk: Buffer): void {
    const { clock, patcher } = this.#options;
    this.#releaseTimer?.dispose();
    this.#releaseTimer = undefined;
    this.#enqueue(patcher.push(chunk));
    if (patcher.heldBytes > 0) {
      this.#releaseTimer = clock.setTimer(() => this.#enqueue(patcher.release()), PARTIAL_MATCH_WAIT_MS);
    }
  }

  #enqueue(bytes: Uint8Array): void {
    if (bytes.length > 0) {
      this.#queue.push({ dueMs: this.#dueMs(), bytes });
      this.#queuedBytes += bytes.length;
      if (this.#queuedBytes >= HIGH_WATER_BYTES) this.#options.source.pause();
    }
    this.wake();
  }

  #end(): void {
    this.#releaseTimer?.dispose();
    this.#enqueue(this.#options.patcher.release());
    this.#queue.push({ dueMs: this.#dueMs(), bytes: undefined });
    this.wake();
  }

  #dueMs(): number {
    const { clock, delayMs } = this.#options;
    return (this.#lastDueMs = Math.max(this.#lastDueMs, clock.nowMs() + delayMs()));
  }
}
