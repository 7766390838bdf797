import type { PcmChunk, WordTiming } from '@eloquence/plugin-api';
import type { TrackedWord, WordTracker } from './word-tracker.js';
import type { SpeechPiece } from './worker-protocol.js';

/** Silence at the start above which it is cut off, ms. Listeners would wait for it. */
const maxLeadingSilenceMs = 5;
/** Silence at the end that is left, ms. */
const maxTrailingSilenceMs = 200;
/** Pieces held back at most: 3.2 s of one word or of silence. */
const maxHeldPieces = 32;

interface HeldPiece {
  readonly samples: Int16Array;
  /** Position of the first sample in the trimmed audio. */
  readonly start: number;
  readonly isSilent: boolean;
  words: TrackedWord[] | undefined;
}

/**
 * Turns the pieces of one segment into chunks: cuts leading digital silence, limits it at the end, puts each word
 * into the chunk in which it begins and marks the last chunk. For this it holds back what is not yet certain:
 * the newest piece, silence, and words whose end is unknown. Synthesis runs some hundred times faster than
 * speech, so that this costs about a millisecond.
 */
export class SpeechShaper {
  readonly #sampleRateHz: number;
  readonly #tracker: WordTracker;
  #held: HeldPiece[] = [];
  /** Words not yet put into a piece. */
  #words: TrackedWord[] = [];
  #hasStarted = false;
  /** Samples taken off the start. */
  #trimmed = 0;
  #length = 0;

  constructor(sampleRateHz: number, tracker: WordTracker) {
    this.#sampleRateHz = sampleRateHz;
    this.#tracker = tracker;
  }

  /** Takes the next piece; returns the chunks that are certain now. */
  push(piece: SpeechPiece): PcmChunk[] {
    for (const event of piece.events) {
      const word = this.#tracker.accept(event);
      this.#words.push(...this.#tracker.takeMissed());
      if (word !== undefined) this.#words.push(word);
    }
    this.#append(piece.samples);
    this.#assignWords(false);
    return this.#release();
  }

  /** Ends the segment; the last of the chunks has `endsPhrase`. */
  finish(): PcmChunk[] {
    if (!this.#hasStarted) {
      // A text for which the voice has no sound at all: keep the pause, as at any other end.
      const kept = Math.min(this.#trimmed, this.#toSamples(maxTrailingSilenceMs));
      this.#trimmed -= kept;
      if (kept > 0) this.#hold(new Int16Array(kept));
    }
    this.#limitTrailingSilence();
    this.#tracker.close(this.#toMs(this.#length + this.#trimmed));
    this.#words.push(...this.#tracker.takeMissed());
    this.#assignWords(true);
    const chunks = this.#held.map((piece, index) => this.#toChunk(piece, index === this.#held.length - 1));
    this.#held = [];
    return chunks;
  }

  #append(samples: Int16Array): void {
    if (samples.length === 0) return;
    if (this.#hasStarted) {
      this.#hold(samples);
      return;
    }
    let silent = 0;
    while (silent < samples.length && samples[silent] === 0) silent++;
    if (silent === samples.length) {
      this.#trimmed += silent;
      return;
    }
    this.#hasStarted = true;
    const leading = this.#trimmed + silent;
    if (leading <= this.#toSamples(maxLeadingSilenceMs)) {
      this.#hold(this.#trimmed === 0 ? samples : prependSilence(this.#trimmed, samples));
      this.#trimmed = 0;
    } else {
      // Copied, so that a receiver who transfers the buffer transfers the chunk and nothing else.
      this.#hold(samples.slice(silent));
      this.#trimmed = leading;
    }
  }

  #hold(samples: Int16Array): void {
    this.#held.push({ samples, start: this.#length, isSilent: isSilent(samples), words: undefined });
    this.#length += samples.length;
  }

  /** Puts the words into the pieces in which they begin; at the end into the last one if need be. */
  #assignWords(isLast: boolean): void {
    if (this.#held.length === 0) return;
    while (this.#words.length > 0) {
      const word = this.#words[0]!;
      const at = Math.max(0, this.#toSamples(word.startMs) - this.#trimmed);
      const piece =
        this.#held.find((held) => at < held.start + held.samples.length) ??
        (isLast ? this.#held.at(-1) : undefined);
      if (piece === undefined) return;
      (piece.words ??= []).push(word);
      this.#words.shift();
    }
  }

  #release(): PcmChunk[] {
    const held = this.#held;
    let lastAudible = held.length - 1;
    while (lastAudible > 0 && held[lastAudible]!.isSilent) lastAudible--;
    let certain = 0;
    while (certain < lastAudible && hasOnlyEndedWords(held[certain]!)) certain++;
    certain = Math.max(certain, held.length - maxHeldPieces);
    if (certain <= 0) return [];
    return held.splice(0, certain).map((piece) => this.#toChunk(piece, false));
  }

  #limitTrailingSilence(): void {
    let silent = 0;
    for (let piece = this.#held.length - 1; piece >= 0; piece--) {
      const { samples } = this.#held[piece]!;
      let at = samples.length;
      while (at > 0 && samples[at - 1] === 0) at--;
      silent += samples.length - at;
      if (at > 0) break;
    }
    let excess = silent - this.#toSamples(maxTrailingSilenceMs);
    this.#length -= Math.max(0, excess);
    while (excess > 0) {
      const last = this.#held.pop()!;
      const kept = last.samples.length - excess;
      excess -= last.samples.length;
      if (kept > 0) this.#held.push({ ...last, samples: last.samples.slice(0, kept) });
      else if (last.words !== undefined) this.#words.unshift(...last.words);
    }
  }

  #toChunk(piece: HeldPiece, isLast: boolean): PcmChunk {
    const words = piece.words?.map((word) => this.#toTiming(word));
    return {
      samples: piece.samples,
      sampleRateHz: this.#sampleRateHz,
      words,
      ...(isLast ? { endsPhrase: true } : {}),
    };
  }

  #toTiming(word: TrackedWord): WordTiming {
    const trimmedMs = this.#toMs(this.#trimmed);
    const totalMs = this.#toMs(this.#length);
    const startMs = Math.min(Math.max(0, word.startMs - trimmedMs), totalMs);
    const endMs = Math.min(Math.max(startMs, (word.endMs ?? totalMs + trimmedMs) - trimmedMs), totalMs);
    return { text: word.text, startMs, endMs };
  }

  #toSamples(ms: number): number {
    return Math.round((ms * this.#sampleRateHz) / 1000);
  }

  #toMs(samples: number): number {
    return (samples * 1000) / this.#sampleRateHz;
  }
}

function hasOnlyEndedWords(piece: HeldPiece): boolean {
  return piece.words === undefined || piece.words.every((word) => word.endMs !== undefined);
}

function isSilent(samples: Int16Array): boolean {
  for (let at = 0; at < samples.length; at++) if (samples[at] !== 0) return false;
  return true;
}

function prependSilence(count: number, samples: Int16Array): Int16Array {
  const joined = new Int16Array(count + samples.length);
  joined.set(samples, count);
  return joined;
}
