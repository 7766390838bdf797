import type { SpokenFrame } from './frame-queue.js';

/** Audio kept at most, ms: above every lead cap, so that only a receiver that takes nothing ever gets there. */
const maxKeptMs = 30_000;
/** Audio kept from which a writer that must not lose any is held back, ms: a batch is less than what is left. */
const fullFromMs = 28_000;

/** The frames of an utterance from the first one on that is not known to have arrived, oldest first. */
export class ReplayBuffer {
  readonly #items: SpokenFrame[] = [];
  #keptMs = 0;
  #droppedFrames = 0;

  /** Frames given up because too many were kept. */
  get droppedFrames(): number {
    return this.#droppedFrames;
  }

  get keptMs(): number {
    return this.#keptMs;
  }

  /** More might push out what is kept. */
  get isFull(): boolean {
    return this.#keptMs >= fullFromMs;
  }

  add(item: SpokenFrame): void {
    this.#items.push(item);
    this.#keptMs += item.frame.format.frameMs;
    while (this.#keptMs > maxKeptMs) {
      this.#droppedFrames++;
      this.#shift();
    }
  }

  /** Forgets what lies before a frame, except `marginMs` of it. */
  forgetBefore(index: number, marginMs: number): void {
    let marginFrames = 0;
    const frameMs = this.#items[0]?.frame.format.frameMs ?? 0;
    if (frameMs > 0) marginFrames = Math.ceil(marginMs / frameMs);
    while (this.#items[0] !== undefined && this.#items[0].frame.index + marginFrames < index) this.#shift();
  }

  /** The frames from `index` on; `undefined` if not all of them are here with their PCM. */
  from(index: number, nextIndex: number): SpokenFrame[] | undefined {
    const found = this.#items.filter((item) => item.frame.index >= index);
    const isWhole = index >= nextIndex || found[0]?.frame.index === index;
    return isWhole && found.every((item) => item.frame.pcm !== undefined) ? found : undefined;
  }

  /** The last `durationMs` of PCM before a frame, as far as it is here. */
  tailBefore(index: number, durationMs: number): Int16Array {
    const frame = this.#items.find((item) => item.frame.index === index - 1)?.frame;
    if (frame?.pcm === undefined || durationMs <= 0) return new Int16Array(0);
    const samples = Math.ceil((durationMs * frame.format.sampleRateHz) / 1000);
    return frame.pcm.slice(Math.max(0, frame.pcm.length - samples));
  }

  clear(): void {
    this.#items.length = 0;
    this.#keptMs = 0;
  }

  #shift(): void {
    const oldest = this.#items.shift();
    if (oldest !== undefined) this.#keptMs -= oldest.frame.format.frameMs;
  }
}
