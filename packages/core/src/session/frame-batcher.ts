import type {
  BatchDecision,
  Batcher,
  Clock,
  Disposable,
  EncodedFrame,
  LaneUtterance,
  ReceiverSettings,
  StreamSettings,
} from '@eloquence/plugin-api';
import type { Guard } from '../plugins/guard.js';

/** Worst case of the length field in front of each payload, bytes. */
const lengthBytes = 2;
/** Frames that the header of a packet can count. */
const mostFrames = 255;
/** However the batcher decides, no frame waits longer for company, ms. */
const longestWaitMs = 1000;

export interface FrameBatcherOptions {
  /** Absent: batches of the first one's duration. */
  readonly batcher: Batcher | undefined;
  readonly guard: Guard | undefined;
  readonly clock: Clock;
  readonly lane: LaneUtterance;
  readonly maxPayloadBytes: number;
  readonly settings: StreamSettings;
}

/** Gathers the frames of one utterance into packets. */
export type CreateFrameBatcher = (options: FrameBatcherOptions) => FrameBatcher;

/**
 * Gathers encoded frames until the batcher says that they should leave, then writes them when the lane has credit.
 * Whatever the batcher says, a batch fits one packet and holds frames of one format.
 */
export class FrameBatcher implements Disposable {
  readonly #options: FrameBatcherOptions;
  readonly #decide: () => BatchDecision | undefined;
  readonly #fallback = (): BatchDecision => ({
    flush: this.#durationMs >= this.#settings.batch.firstMs,
    reason: 'fallback',
    recheckAfterMs: this.#settings.batch.firstMs,
  });
  #settings: StreamSettings;
  #frames: EncodedFrame[] = [];
  #bytes = 0;
  #durationMs = 0;
  #oldestAtMs = 0;
  #endsPhrase = false;
  #lastFrameBytes = 0;
  #batchesSent = 0;
  #recheck: Disposable | undefined;
  #writes: Promise<void> = Promise.resolve();
  #error: { readonly cause: unknown } | undefined;

  constructor(options: FrameBatcherOptions) {
    this.#options = options;
    this.#settings = options.settings;
    const { batcher } = options;
    this.#decide = () => batcher?.decide(this.#state());
  }

  /** Sends what was gathered under the old settings; the lane takes on the new ones after that. */
  applySettings(settings: StreamSettings, receiverSettings?: readonly ReceiverSettings[]): void {
    this.#flush();
    this.#settings = settings;
    this.#writes = this.#writes.then(() => this.#options.lane.applySettings(settings, receiverSettings));
  }

  /** Takes a frame. Resolves when the lane has room for more; rejects when the utterance ended on the lane. */
  async add(frame: EncodedFrame, endsPhrase: boolean): Promise<void> {
    const first = this.#frames[0];
    const size = frame.payload.length + lengthBytes;
    const isOtherFormat = first !== undefined && first.format !== frame.format && !isSameFormat(first, frame);
    if (
      isOtherFormat ||
      this.#bytes + size > this.#options.maxPayloadBytes ||
      this.#frames.length >= mostFrames
    )
      this.#flush();
    if (this.#frames.length === 0) this.#oldestAtMs = this.#options.clock.nowMs();
    this.#frames.push(frame);
    this.#bytes += size;
    this.#durationMs += frame.format.frameMs;
    this.#endsPhrase = endsPhrase;
    this.#lastFrameBytes = size;
    if (this.#isDue()) this.#flush();
    await this.#settled();
  }

  /** Sends what is left, and waits until everything is written. */
  async finish(): Promise<void> {
    this.#flush();
    await this.#settled();
  }

  dispose(): void {
    this.#recheck?.dispose();
    this.#recheck = undefined;
    this.#frames = [];
  }

  /** Asks the batcher whether the frames should leave now; if not, looks again when it says. */
  #isDue(): boolean {
    const decision = this.#options.guard?.run(this.#decide, undefined) ?? this.#fallback();
    const leftMs = this.#oldestAtMs + longestWaitMs - this.#options.clock.nowMs();
    if (decision.flush || leftMs <= 0) return true;
    this.#recheck?.dispose();
    const afterMs = Math.min(leftMs, decision.recheckAfterMs ?? leftMs);
    this.#recheck = this.#options.clock.setTimer(
      () => {
        if (this.#frames.length > 0 && this.#isDue()) this.#flush();
      },
      Math.max(1, afterMs),
    );
    return false;
  }

  /** Has what was gathered written, as soon as the lane has room for it. */
  #flush(): void {
    this.#recheck?.dispose();
    this.#recheck = undefined;
    if (this.#frames.length === 0) return;
    const batch = { frames: this.#frames, ...(this.#endsPhrase ? { endsPhrase: true } : {}) };
    this.#frames = [];
    this.#bytes = 0;
    this.#durationMs = 0;
    this.#batchesSent++;
    this.#endsPhrase = false;
    const { lane } = this.#options;
    this.#writes = this.#writes.then(async () => {
      if (this.#error) return;
      try {
        await lane.ready();
        lane.writeFrames(batch);
      } catch (cause) {
        this.#error = { cause };
      }
    });
  }

  async #settled(): Promise<void> {
    await this.#writes;
    if (this.#error) throw this.#error.cause;
  }

  #state(): Parameters<Batcher['decide']>[0] {
    return {
      frameCount: this.#frames.length,
      payloadBytes: this.#bytes,
      durationMs: this.#durationMs,
      oldestWaitMs: this.#options.clock.nowMs() - this.#oldestAtMs,
      batchesSent: this.#batchesSent,
      bufferAheadMs: this.#options.lane.bufferAheadMs,
      endsPhrase: this.#endsPhrase,
      nextFrameBytes: this.#lastFrameBytes,
      maxPayloadBytes: this.#options.maxPayloadBytes,
      settings: this.#settings.batch,
    };
  }
}

/** Whether a batcher's answer can be acted on. */
export function isBatchDecision(value: unknown): value is BatchDecision {
  if (typeof value !== 'object' || value === null) return false;
  const { flush, recheckAfterMs } = value as Partial<Record<keyof BatchDecision, unknown>>;
  const isTimeSound =
    recheckAfterMs === undefined || (typeof recheckAfterMs === 'number' && !Number.isNaN(recheckAfterMs));
  return typeof flush === 'boolean' && isTimeSound;
}

function isSameFormat(a: EncodedFrame, b: EncodedFrame): boolean {
  return (
    a.format.codecId === b.format.codecId &&
    a.format.frameMs === b.format.frameMs &&
    a.format.sampleRateHz === b.format.sampleRateHz
  );
}
