import type { AwakeClock } from '../receivers/awake-clock.js';
import type { OutgoingPacket } from '../utterance/packetizer.js';

/** What has been acknowledged of one stream, and when, on a clock that knows its own gaps. */
export class AcknowledgementProgress {
  /** When the stream was opened, and where it begins in the utterance, ms. */
  readonly openedAtMs: number;
  readonly startMs: number;
  /** When the last missing frame arrived there, on the lane's clock, as the first report told that said so. */
  deliveredAtMs: number | undefined;
  readonly #awake: AwakeClock;
  /** When something was last acknowledged, or first became due to be. */
  #atMs = 0;
  /** What has been acknowledged in one piece ends here, ms from the start of the utterance. */
  #contiguousMs: number;
  #heardAtMs: number;
  #frames: number;
  #bytes = 0;

  /** Frames before the first one count as acknowledged. */
  constructor(awake: AwakeClock, startMs: number, firstFrame: number) {
    this.#awake = awake;
    this.startMs = startMs;
    this.#contiguousMs = startMs;
    this.#frames = firstFrame;
    this.openedAtMs = awake.nowMs();
    this.#heardAtMs = this.openedAtMs;
  }

  get frames(): number {
    return this.#frames;
  }

  /** Audio payload. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How long it has been since the last progress, ms. */
  get idleMs(): number {
    return this.#awake.nowMs() - this.#atMs;
  }

  /** When all that has been acknowledged in one piece will have been heard, if it is played as it was acknowledged. */
  get heardAtMs(): number {
    return this.#heardAtMs;
  }

  add({ frameCount, payloadBytes }: OutgoingPacket): void {
    this.#frames += frameCount;
    this.#bytes += payloadBytes;
  }

  /** Something was acknowledged, or is due to be from now on. */
  note(): void {
    this.#atMs = this.#awake.nowMs();
  }

  /** @param contiguousMs where what has been acknowledged in one piece ends now, ms */
  noteContiguous(contiguousMs: number): void {
    if (contiguousMs <= this.#contiguousMs) return;
    const gainedMs = contiguousMs - this.#contiguousMs;
    this.#heardAtMs = Math.max(this.#heardAtMs, this.#awake.nowMs()) + gainedMs;
    this.#contiguousMs = contiguousMs;
  }
}
