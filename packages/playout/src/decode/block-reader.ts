import type { StreamHeader } from '@eloquence/wire';
import type { HeldFrame } from '../buffer/frame-store.js';
import type { BlockKind } from '../sink/audio-sink.js';
import { SpeechStretcher } from './speech-stretcher.js';
import type { LengthRequest } from '../policy/clock-drift.js';
import type { DecodedFrame } from './frame-decoder.js';
import type { Utterance } from '../depacketize/utterance.js';

/** A block whose samples belong to the reader, and change with its next call. */
export interface ReadBlock {
  readonly samples: Int16Array;
  readonly sampleRateHz: number;
  readonly durationMs: number;
  readonly kind: BlockKind;
  readonly firstFrame: number;
  /** Where its first sample lies in the utterance as it was spoken, ms. */
  readonly positionMs: number;
}

export interface BlockReaderOptions {
  readonly blockMs: number;
  decode(frame: HeldFrame): DecodedFrame;
  /** Fills a gap that follows this header's frames; `undefined` if the decoder cannot. */
  conceal?(header: StreamHeader, sampleCount: number): Int16Array | undefined;
  /** Whether the next frame is to be heard longer or shorter than it is. */
  evaluateLength?(utterance: Utterance): LengthRequest;
  /** A frame leaves the buffer to be heard, for this long. */
  onFrame(utterance: Utterance, frame: HeldFrame, durationMs: number): void;
}

const fadeMs = 5;
/** Least magnitude of a sample that is no silence: −40 dBFS. */
const leastLoud = 328;
const nothing = new Int16Array(0);

/**
 * Cuts decoded frames into blocks of equal length. A block may end early where the sample rate changes, and the
 * last block of an utterance is filled up with silence.
 */
export class BlockReader {
  readonly #options: BlockReaderOptions;
  #buffer = nothing;
  #filled = 0;
  #size = 0;
  #blockRateHz = 0;
  #blockKind: BlockKind = 'speech';
  #blockFrame = 0;
  #blockPositionMs = 0;
  #pcm: Int16Array = nothing;
  #at = 0;
  #pcmRateHz = 0;
  #pcmKind: BlockKind = 'speech';
  #pcmFrame = 0;
  /** Where the PCM at hand begins in the utterance, and how much of the utterance it is, ms. */
  #pcmPositionMs = 0;
  #pcmSpokenMs = 0;
  #header: StreamHeader | undefined;
  #stretcher: SpeechStretcher | undefined;
  #stretcherRateHz = 0;
  #filledMs = 0;

  constructor(options: BlockReaderOptions) {
    this.#options = options;
  }

  /** Decoded audio that has not left yet, ms. */
  get pendingMs(): number {
    const blockMs = this.#filled === 0 ? 0 : (this.#filled * 1000) / this.#blockRateHz;
    return (
      blockMs + (this.#at >= this.#pcm.length ? 0 : ((this.#pcm.length - this.#at) * 1000) / this.#pcmRateHz)
    );
  }

  /** What has been filled of the gap at hand, ms. */
  get filledMs(): number {
    return this.#filledMs;
  }

  /** The speech pauses where playout is. */
  get isQuiet(): boolean {
    return this.#at >= this.#pcm.length && this.#filledMs === 0 && this.#stretcher?.isQuiet === true;
  }

  /**
   * The next block; `starved` if frames are missing for it (what there is stays for the next call), `done` after
   * the last one.
   */
  read(utterance: Utterance): ReadBlock | 'starved' | 'done' {
    for (;;) {
      if (this.#at >= this.#pcm.length && !this.#load(utterance)) {
        if (!utterance.isPlayedToEnd) return 'starved';
        if (this.#filled === 0) return 'done';
        this.#buffer.fill(0, this.#filled, this.#size);
        return this.#finishBlock(this.#size);
      }
      if (this.#at >= this.#pcm.length) continue;
      if (this.#filled === 0) this.#openBlock();
      else if (this.#blockRateHz !== this.#pcmRateHz) return this.#finishBlock(this.#filled);
      this.#fill();
      if (this.#filled === this.#size) return this.#finishBlock(this.#size);
    }
  }

  /** A last block that falls silent within 5 ms, or `undefined` if nothing was sounding. */
  readFadeOut(utterance: Utterance): ReadBlock | undefined {
    if (this.#filled === 0 && this.#at >= this.#pcm.length && !this.#load(utterance)) return undefined;
    if (this.#filled === 0 && this.#at < this.#pcm.length) this.#openBlock();
    if (this.#blockRateHz === this.#pcmRateHz) this.#fill();
    const fade = Math.min(this.#filled, Math.round((this.#blockRateHz * fadeMs) / 1000));
    if (fade === 0) return undefined;
    for (let at = 0; at < fade; at++)
      this.#buffer[at] = Math.round(this.#buffer[at]! * (1 - (at + 1) / fade));
    this.#buffer.fill(0, fade, this.#size);
    return this.#finishBlock(this.#size);
  }

  /**
   * Makes up audio for a gap, when nothing is left: it adds time, and takes no frame's place.
   *
   * @returns its duration, ms; 0 if the decoder cannot
   */
  fillGap(utterance: Utterance): number {
    const header = this.#header;
    if (header === undefined || this.#at < this.#pcm.length) return 0;
    const count = Math.round((header.sampleRateHz * this.#options.blockMs) / 1000);
    const pcm = this.#options.conceal?.(header, count);
    if (pcm === undefined) return 0;
    this.#pcm = pcm;
    this.#at = 0;
    this.#pcmKind = 'concealed';
    this.#pcmPositionMs += this.#pcmSpokenMs;
    this.#pcmSpokenMs = 0;
    const durationMs = (count * 1000) / header.sampleRateHz;
    this.#filledMs += durationMs;
    utterance.progress.concealedMs += durationMs;
    return durationMs;
  }

  reset(): void {
    this.#header = undefined;
    this.#stretcher = undefined;
    this.#filledMs = 0;
    this.#filled = 0;
    this.#pcm = nothing;
    this.#at = 0;
  }

  #openBlock(): void {
    this.#blockRateHz = this.#pcmRateHz;
    this.#blockKind = 'speech';
    this.#blockFrame = this.#pcmFrame;
    this.#blockPositionMs = this.#pcmPositionMs + (this.#pcmSpokenMs * this.#at) / this.#pcm.length;
    this.#size = Math.max(1, Math.round((this.#blockRateHz * this.#options.blockMs) / 1000));
    if (this.#buffer.length < this.#size) this.#buffer = new Int16Array(this.#size);
  }

  #fill(): void {
    const count = Math.min(this.#size - this.#filled, this.#pcm.length - this.#at);
    if (count <= 0) return;
    this.#buffer.set(this.#pcm.subarray(this.#at, this.#at + count), this.#filled);
    this.#filled += count;
    this.#at += count;
    if (this.#pcmKind !== 'speech') this.#blockKind = this.#pcmKind;
  }

  #finishBlock(length: number): ReadBlock {
    this.#filled = 0;
    return {
      samples: this.#buffer.subarray(0, length),
      sampleRateHz: this.#blockRateHz,
      durationMs: (length * 1000) / this.#blockRateHz,
      kind: this.#blockKind,
      firstFrame: this.#blockFrame,
      positionMs: this.#blockPositionMs,
    };
  }

  /** Decodes the frame at the playhead. False if it is not there. */
  #load(utterance: Utterance): boolean {
    const frame = utterance.frames.take();
    if (frame === undefined) return false;
    const decoded = this.#options.decode(frame);
    const { progress } = utterance;
    const pcm = withoutPadding(utterance, frame, decoded.pcm);
    this.#header = frame.header;
    this.#filledMs = 0;
    this.#at = 0;
    this.#pcmRateHz = frame.header.sampleRateHz;
    this.#pcmKind = decoded.kind;
    this.#pcmFrame = frame.index;
    this.#pcmPositionMs = progress.handOn(frame.index, pcm.length, frame.header.frameMs);
    this.#pcmSpokenMs = (pcm.length * 1000) / this.#pcmRateHz;
    if (pcm.some((sample) => sample >= leastLoud || sample <= -leastLoud)) progress.noteLoud(frame.index);
    this.#pcm = this.#ofLength(utterance, pcm);
    if (decoded.kind !== 'speech') {
      progress.framesConcealed++;
      progress.concealedMs += frame.header.frameMs;
    }
    this.#options.onFrame(utterance, frame, (this.#pcm.length * 1000) / this.#pcmRateHz);
    return true;
  }

  #ofLength(utterance: Utterance, pcm: Int16Array): Int16Array {
    if (this.#options.evaluateLength === undefined) return pcm;
    if (this.#stretcher === undefined || this.#stretcherRateHz !== this.#pcmRateHz) {
      this.#stretcher = new SpeechStretcher(this.#pcmRateHz);
      this.#stretcherRateHz = this.#pcmRateHz;
    }
    const wish = this.#options.evaluateLength(utterance);
    if (wish === 'as it is') {
      this.#stretcher.pass(pcm);
      return pcm;
    }
    if (wish === 'shorter') {
      const shorter = this.#stretcher.shorten(pcm);
      utterance.progress.shortenedMs += ((pcm.length - shorter.length) * 1000) / this.#pcmRateHz;
      return shorter;
    }
    const added = this.#stretcher.stretch(pcm);
    if (added.length === 0) return pcm;
    utterance.progress.stretchedMs += (added.length * 1000) / this.#pcmRateHz;
    const longer = new Int16Array(added.length + pcm.length);
    longer.set(added);
    longer.set(pcm, added.length);
    return longer;
  }
}

/** The last frame without the silence that the sender filled it up with. */
function withoutPadding(utterance: Utterance, { index, header }: HeldFrame, pcm: Int16Array): Int16Array {
  const { endSampleCount, frameCount, frames, progress } = utterance;
  if (endSampleCount === undefined || index + 1 !== frameCount) return pcm;
  const samplesBefore = (frames.firstFrame * header.frameMs * header.sampleRateHz) / 1000;
  // Modulo 2^32, as the count travels.
  const keep = (endSampleCount - samplesBefore - progress.sampleCount) | 0;
  // A count that does not end within this frame is wrong: better a little silence than speech cut off.
  return keep >= 0 && keep < pcm.length ? pcm.subarray(0, keep) : pcm;
}
