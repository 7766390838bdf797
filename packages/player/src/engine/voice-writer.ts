import { SharedRing, allocateSharedRing } from '../ring/shared-ring.js';
import type { VoiceCommand } from '../worklet/voice-protocol.js';

/** The engine's end of a voice. Positions count samples at the context's rate, modulo 2³². */
export interface VoiceWriter {
  /** Samples written so far. */
  readonly written: number;
  /** Samples sounded or dropped so far, as far as it is known at this time. */
  position(nowMs: number): number;
  /** Samples that will be sounded. */
  queued(nowMs: number): number;
  /** The worklet told where it is. */
  notePosition(position: number, isMoving: boolean, nowMs: number): void;
  /** Appends samples, which are copied. Returns how many there was no room for. */
  write(samples: Float32Array): number;
  /** Drops what has been written. */
  clear(): void;
  /** Drops the samples written last, as far as they have not been sounded; returns between which positions. */
  takeBack(count: number): Cut;
  close(): void;
}

export type PostVoiceCommand = (command: VoiceCommand, transfer?: Transferable[]) => void;

/** Writes into memory that the worklet reads. */
export class SharedVoiceWriter implements VoiceWriter {
  readonly #voice: number;
  readonly #post: PostVoiceCommand;
  readonly #ring: SharedRing;
  /** Dropped, whether or not the worklet knows already. */
  #cleared: Cut | undefined;
  #cut: Cut | undefined;

  constructor(voice: number, capacity: number, post: PostVoiceCommand) {
    const memory = allocateSharedRing(capacity);
    this.#voice = voice;
    this.#post = post;
    this.#ring = new SharedRing(memory);
    post({ type: 'open', voice, memory });
  }

  get written(): number {
    return this.#ring.written;
  }

  position(): number {
    const { position } = this.#ring;
    this.#cleared = ahead(this.#cleared, position);
    this.#cut = ahead(this.#cut, position);
    return beyondCut(beyondCut(position, this.#cleared), this.#cut);
  }

  queued(): number {
    const position = this.position();
    return queuedBehind(position, this.written, this.#cut);
  }

  takeBack(count: number): Cut {
    const cut = cutLast(this.position(), this.written, count);
    this.#cut = cut;
    this.#post({ type: 'cut', voice: this.#voice, ...cut });
    return cut;
  }

  notePosition(): void {}

  write(samples: Float32Array): number {
    return samples.length - this.#ring.write(samples);
  }

  clear(): void {
    this.#cleared = { from: this.#ring.position, until: this.written };
    this.#post({ type: 'clear', voice: this.#voice, until: this.written });
  }

  close(): void {
    this.#post({ type: 'close', voice: this.#voice });
  }
}

/** The worklet tells its position every 43 ms; beyond this it is not believed to have gone on, ms. */
const longestGuessMs = 100;
const maxSpare = 64;

/** Posts blocks, whose memory comes back when they have been sounded. */
export class PostedVoiceWriter implements VoiceWriter {
  readonly #voice: number;
  readonly #post: PostVoiceCommand;
  readonly #samplesPerMs: number;
  readonly #capacity: number;
  readonly #spare: Float32Array[] = [];
  #written = 0;
  #position = 0;
  #toldAtMs = 0;
  #isMoving = false;
  #cut: Cut | undefined;

  constructor(voice: number, capacity: number, sampleRateHz: number, post: PostVoiceCommand) {
    this.#voice = voice;
    this.#capacity = capacity;
    this.#samplesPerMs = sampleRateHz / 1000;
    this.#post = post;
    post({ type: 'open', voice });
  }

  get written(): number {
    return this.#written;
  }

  position(nowMs: number): number {
    return beyondCut(this.#guess(nowMs), this.#cut);
  }

  queued(nowMs: number): number {
    return queuedBehind(this.position(nowMs), this.#written, this.#cut);
  }

  takeBack(count: number): Cut {
    // Where it is can only be guessed; the worklet itself does not cut what it has sounded.
    const cut = cutLast(this.#position, this.#written, count);
    this.#cut = cut;
    this.#post({ type: 'cut', voice: this.#voice, ...cut });
    return cut;
  }

  #guess(nowMs: number): number {
    if (!this.#isMoving) return this.#position;
    const sinceMs = Math.min(longestGuessMs, Math.max(0, nowMs - this.#toldAtMs));
    const left = (this.#written - this.#position) | 0;
    return (this.#position + Math.min(left, Math.round(sinceMs * this.#samplesPerMs))) >>> 0;
  }

  notePosition(position: number, isMoving: boolean, nowMs: number): void {
    this.#position = later(position, this.#position);
    this.#cut = ahead(this.#cut, this.#position);
    this.#toldAtMs = nowMs;
    this.#isMoving = isMoving;
  }

  /** Takes back blocks that have been sounded. */
  reuse(block: Float32Array): void {
    if (this.#spare.length < maxSpare) this.#spare.push(block);
  }

  write(samples: Float32Array): number {
    const room = this.#capacity - ((this.#written - this.#position) | 0);
    const count = Math.min(samples.length, Math.max(0, room));
    if (count > 0) {
      const spare = this.#spare.pop();
      const block = spare?.length === count ? spare : new Float32Array(count);
      block.set(count === samples.length ? samples : samples.subarray(0, count));
      this.#post({ type: 'block', voice: this.#voice, samples: block }, [block.buffer]);
      this.#written = (this.#written + count) >>> 0;
    }
    return samples.length - count;
  }

  clear(): void {
    this.#position = this.#written;
    this.#cut = undefined;
    this.#isMoving = false;
    this.#post({ type: 'clear', voice: this.#voice, until: this.#written });
  }

  close(): void {
    this.#post({ type: 'close', voice: this.#voice });
  }
}

/** What lies between the two positions will not be sounded. */
export interface Cut {
  readonly from: number;
  readonly until: number;
}

function cutLast(position: number, written: number, count: number): Cut {
  const from = later((written - count) >>> 0, position);
  return { from, until: written };
}

/** A cut whose end has been reached is forgotten: positions wrap, and would come to lie before it again. */
function ahead(cut: Cut | undefined, position: number): Cut | undefined {
  return cut !== undefined && ((position - cut.until) | 0) < 0 ? cut : undefined;
}

/** Who has come to a cut is at its other end. */
function beyondCut(position: number, cut: Cut | undefined): number {
  if (cut === undefined || ((position - cut.from) | 0) < 0) return position;
  return later(position, cut.until);
}

function queuedBehind(position: number, written: number, cut: Cut | undefined): number {
  const count = Math.max(0, (written - position) | 0);
  if (cut === undefined || ((position - cut.from) | 0) >= 0) return count;
  return count - ((cut.until - cut.from) | 0);
}

function later(a: number, b: number): number {
  return ((a - b) | 0) >= 0 ? a : b;
}
