/** Limits of what one stream may hold ahead of its playhead. */
export interface BufferLimits {
  readonly durationMs: number;
  readonly bytes: number;
}

/** Account of what the utterances of one stream hold together. */
export class BufferBudget {
  readonly limits: BufferLimits;
  #durationMs = 0;
  #bytes = 0;

  constructor(limits: BufferLimits) {
    this.limits = limits;
  }

  get durationMs(): number {
    return this.#durationMs;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.#durationMs >= this.limits.durationMs || this.#bytes >= this.limits.bytes;
  }

  hasRoomFor(durationMs: number, bytes: number): boolean {
    return (
      this.#durationMs + durationMs <= this.limits.durationMs && this.#bytes + bytes <= this.limits.bytes
    );
  }

  charge(durationMs: number, bytes: number): void {
    this.#durationMs += durationMs;
    this.#bytes += bytes;
  }

  release(durationMs: number, bytes: number): void {
    this.#durationMs = Math.max(0, this.#durationMs - durationMs);
    this.#bytes = Math.max(0, this.#bytes - bytes);
  }
}
