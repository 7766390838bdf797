import { type Clock, Emitter } from '@eloquence/plugin-api';
import type { AudioSink, PlayoutBlock, SinkBuffer } from '../sink/audio-sink.js';

/** A sink that sounds what it holds at the pace of a clock, like a sound card. */
export class FakeBufferedSink implements AudioSink {
  readonly buffer: SinkBuffer;
  readonly samples: number[] = [];
  readonly writesAtMs: number[] = [];
  /** Gaps in the sound between first and last sample, ms. */
  gapMs = 0;
  clears = 0;
  finished = 0;
  mostQueuedMs = 0;
  readonly #clock: Clock;
  readonly #onDidOpen = new Emitter<void>();
  readonly #onDidStart = new Emitter<number>();
  #isOpen: boolean;
  #soundsUntilMs: number | undefined;
  #sampleRateHz = 0;

  constructor(clock: Clock, options: { aheadMs?: number; latencyMs?: number; isOpen?: boolean } = {}) {
    this.#clock = clock;
    this.#isOpen = options.isOpen ?? true;
    const queuedMs = (): number => Math.max(0, (this.#soundsUntilMs ?? -Infinity) - clock.nowMs());
    const isOpen = (): boolean => this.#isOpen;
    this.buffer = {
      aheadMs: options.aheadMs ?? 500,
      latencyMs: options.latencyMs ?? 0,
      get queuedMs() {
        return queuedMs();
      },
      get isOpen() {
        return isOpen();
      },
      onDidOpen: this.#onDidOpen.event,
      onDidStart: this.#onDidStart.event,
    };
  }

  finishUtterance(): void {
    this.finished++;
  }

  get listenerCount(): number {
    return this.#onDidOpen.listenerCount + this.#onDidStart.listenerCount;
  }

  open(): void {
    this.#isOpen = true;
    this.#onDidOpen.fire();
  }

  write({ samples, sampleRateHz }: PlayoutBlock): void {
    const nowMs = this.#clock.nowMs();
    const wasDry = this.buffer.queuedMs === 0;
    if (wasDry && this.#soundsUntilMs !== undefined) this.gapMs += nowMs - this.#soundsUntilMs;
    this.#sampleRateHz = sampleRateHz;
    this.writesAtMs.push(nowMs);
    this.samples.push(...samples);
    const fromMs = wasDry ? nowMs : this.#soundsUntilMs!;
    this.#soundsUntilMs = fromMs + (samples.length * 1000) / sampleRateHz;
    this.mostQueuedMs = Math.max(this.mostQueuedMs, this.buffer.queuedMs);
    // The card takes the first sample a little later.
    if (wasDry) this.#clock.setTimer(() => this.#onDidStart.fire(this.#clock.nowMs()), 3);
  }

  takeBack(durationMs: number): void {
    const nowMs = this.#clock.nowMs();
    const endMs = Math.max(nowMs, (this.#soundsUntilMs ?? nowMs) - durationMs);
    const takenMs = Math.max(0, (this.#soundsUntilMs ?? nowMs) - endMs);
    this.samples.length -= Math.round((takenMs * this.#sampleRateHz) / 1000);
    this.#soundsUntilMs = endMs;
  }

  clear(): void {
    this.clears++;
    this.#soundsUntilMs = this.#clock.nowMs();
  }
}
