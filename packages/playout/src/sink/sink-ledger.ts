/**
 * Which frames a sink with a buffer holds: what has been handed over is known by frame, what has been heard by time.
 * Holds no more frames than fit into the sink's buffer and the block being made.
 */
export class SinkLedger {
  #frames: { readonly index: number; readonly endMs: number }[] = [];
  #decodedMs = 0;
  /** End of the last frame that was forgotten because it has been heard. */
  #heardMs = 0;

  /** A frame left for the sink. */
  add(index: number, durationMs: number): void {
    this.#decodedMs += durationMs;
    this.#frames.push({ index, endMs: this.#decodedMs });
  }

  /** Something was added behind the last frame. */
  extend(durationMs: number): void {
    this.#decodedMs += durationMs;
  }

  /**
   * The frame that is heard next, or now.
   *
   * @param notHeardMs audio of the frames added that is still to be heard
   * @param next the frame to be handed over next
   */
  playhead(notHeardMs: number, next: number): number {
    const heardMs = this.#decodedMs - notHeardMs + 0.01;
    let done = 0;
    while (done < this.#frames.length && this.#frames[done]!.endMs <= heardMs) done++;
    if (done > 0) this.#heardMs = this.#frames[done - 1]!.endMs;
    if (done > 0) this.#frames.splice(0, done);
    return this.#frames[0]?.index ?? next;
  }

  /**
   * Frames from this one on are not to be heard.
   *
   * @returns how much of what was added lies behind the frames that stay, ms
   */
  takeBack(frame: number): number {
    const at = this.#frames.findIndex(({ index }) => index >= frame);
    if (at < 0) return 0;
    const startMs = at === 0 ? this.#heardMs : this.#frames[at - 1]!.endMs;
    const takenMs = this.#decodedMs - startMs;
    this.#frames.length = at;
    this.#decodedMs = startMs;
    return takenMs;
  }

  reset(): void {
    this.#frames = [];
    this.#decodedMs = 0;
    this.#heardMs = 0;
  }
}
