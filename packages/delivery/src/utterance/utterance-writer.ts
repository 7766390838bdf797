import { type Deferred, createDeferred } from '@eloquence/base';
import type { Clock, Disposable, EloquenceError, FrameBatch, StreamSettings } from '@eloquence/plugin-api';
import type { Outlet, UtteranceTotals } from '../stream/transmitter.js';
import type { FanOut } from './fan-out.js';
import type { OutgoingPacket, Packetizer } from './packetizer.js';
import type { PlayoutEstimate } from './playout-estimate.js';

export interface UtteranceWriterOptions {
  readonly clock: Clock;
  readonly outlet: Outlet;
  readonly packetizer: Packetizer;
  readonly fanOut: FanOut;
  readonly playout: PlayoutEstimate;
  readonly settings: StreamSettings;
  /** Audio of other utterances that is still to be played, ms. */
  readonly backlogMs: () => number;
}

/** Packets that may wait for the congestion window before the writer is held back. */
const maxQueuedPackets = 2;
/** Least wait for the buffer of receivers to run down, ms. */
const leastWaitMs = 5;

/** Takes the batches of one utterance as fast as receivers have room for them, and makes packets of them. */
export class UtteranceWriter implements Disposable {
  readonly #options: UtteranceWriterOptions;
  /** In force. */
  settings: StreamSettings;
  #payloadBytes = 0;
  #totals: UtteranceTotals | undefined;
  #waiter: Deferred<void> | undefined;
  #timer: Disposable | undefined;

  constructor(options: UtteranceWriterOptions) {
    this.#options = options;
    this.settings = options.settings;
  }

  get frameCount(): number {
    return this.#options.packetizer.frameCount;
  }

  get payloadBytes(): number {
    return this.#payloadBytes;
  }

  /** No more audio follows. */
  get isEnded(): boolean {
    return this.#totals !== undefined;
  }

  /** Known once no more audio follows. */
  get totals(): UtteranceTotals | undefined {
    return this.#totals;
  }

  applySettings(settings: StreamSettings): void {
    this.settings = settings;
  }

  /** Resolves when there is room for another batch; rejects when `fail` is called before. */
  ready(): Promise<void> {
    if (this.#isReady()) return Promise.resolve();
    this.#waiter ??= createDeferred<void>();
    return this.#waiter.promise;
  }

  pack(batch: FrameBatch): OutgoingPacket {
    const packet = this.#options.packetizer.pack(batch.frames, this.settings);
    this.#options.playout.add(packet);
    this.#payloadBytes += packet.payloadBytes;
    return packet;
  }

  end(sampleCount: number): UtteranceTotals {
    const { channel, utteranceSequence, packetCount, frameCount } = this.#options.packetizer;
    this.#totals = { type: 'end', channel, utteranceSequence, packetCount, frameCount, sampleCount };
    return this.#totals;
  }

  /** Something changed that may let the writer go on. */
  wake(): void {
    if (this.#waiter === undefined || !this.#isReady()) return;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter.resolve();
  }

  /** Lets nobody wait any more. */
  fail(error: EloquenceError | undefined): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.reject(error);
  }

  dispose(): void {
    this.#timer?.dispose();
  }

  /** The fastest receiver has room, and what it holds ahead of its playhead is below the limit. */
  #isReady(): boolean {
    const { outlet, fanOut, playout, backlogMs, clock } = this.#options;
    if (!outlet.isOpen() || fanOut.fewestQueuedPackets >= maxQueuedPackets) return false;
    const limitMs = fanOut.leastBufferMs(this.settings.maxBufferAheadMs);
    const excessMs = playout.bufferAheadMs + backlogMs() - limitMs;
    if (excessMs < 0) return true;
    this.#timer?.dispose();
    this.#timer = clock.setTimer(() => this.wake(), Math.max(leastWaitMs, excessMs));
    return false;
  }
}
