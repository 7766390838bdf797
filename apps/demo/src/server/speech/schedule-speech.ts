import type { PcmChunk, WordTiming } from '@eloquence/plugin-api';
import type { TextMode } from '../../protocol.js';

/** Speed at which a language model types, characters a second. */
export const TYPING_CHARS_PER_SECOND = 60;
const PIECE_MS = 100;

/** The speech of one sentence. */
export interface SpokenSegment {
  /** Characters of the text up to the end of the sentence: these must have been typed before it can be spoken. */
  readonly textEnd: number;
  readonly chunks: readonly PcmChunk[];
}

/** A piece of speech, and when the voice has it. */
export interface DuePiece {
  /** Since the start of the utterance, ms. */
  readonly dueMs: number;
  /** Where it begins in the utterance's audio, ms. */
  readonly audioStartMs: number;
  readonly samples: Int16Array;
  /** Words that begin in it; times count from the start of the utterance's audio. */
  readonly words: readonly WordTiming[];
  readonly endsPhrase: boolean;
}

export interface SpeechSchedule {
  readonly pieces: readonly DuePiece[];
  readonly sampleRateHz: number;
  readonly audioMs: number;
  /** When all of the text is there, since the start, ms. */
  readonly textReadyMs: number;
  /** When the voice has the first piece, since the start, ms. */
  readonly firstPcmMs: number;
}

export interface ScheduleOptions {
  readonly textLength: number;
  readonly mode: TextMode;
  /** Times real time. */
  readonly speed: number;
}

/**
 * Says when each piece of a speech exists, as if the voice made it at `speed` while the text came: at once, or typed.
 * The voice begins a sentence when it has all of it, and has finished the one before.
 */
export function scheduleSpeech(
  segments: readonly SpokenSegment[],
  { textLength, mode, speed }: ScheduleOptions,
): SpeechSchedule {
  const typedMs = (length: number): number =>
    mode === 'whole' ? 0 : (1000 * length) / TYPING_CHARS_PER_SECOND;
  const sampleRateHz = segments[0]?.chunks[0]?.sampleRateHz ?? 0;
  const pieces: DuePiece[] = [];
  let freeAtMs = 0;
  let audioMs = 0;
  for (const { textEnd, chunks } of segments) {
    const startMs = Math.max(freeAtMs, typedMs(textEnd));
    const { samples, words } = join(chunks, audioMs);
    const own = cut(samples, sampleRateHz, audioMs).map((piece) => ({
      ...piece,
      dueMs: startMs + (piece.audioStartMs - audioMs) / speed,
    }));
    giveWords(own, words);
    pieces.push(...own);
    const durationMs = (1000 * samples.length) / Math.max(1, sampleRateHz);
    audioMs += durationMs;
    freeAtMs = startMs + durationMs / speed;
  }
  return {
    pieces,
    sampleRateHz,
    audioMs,
    textReadyMs: typedMs(textLength),
    firstPcmMs: pieces[0]?.dueMs ?? 0,
  };
}

function join(
  chunks: readonly PcmChunk[],
  offsetMs: number,
): { readonly samples: Int16Array; readonly words: readonly WordTiming[] } {
  const samples = new Int16Array(chunks.reduce((sum, chunk) => sum + chunk.samples.length, 0));
  const words: WordTiming[] = [];
  let at = 0;
  for (const chunk of chunks) {
    samples.set(chunk.samples, at);
    at += chunk.samples.length;
    for (const { text, startMs, endMs } of chunk.words ?? [])
      words.push({ text, startMs: startMs + offsetMs, endMs: endMs + offsetMs });
  }
  return { samples, words };
}

interface WritablePiece extends Omit<DuePiece, 'words'> {
  words: WordTiming[];
}

function cut(samples: Int16Array, sampleRateHz: number, offsetMs: number): WritablePiece[] {
  const step = Math.max(1, Math.round((sampleRateHz * PIECE_MS) / 1000));
  const pieces: WritablePiece[] = [];
  for (let at = 0; at < samples.length; at += step) {
    pieces.push({
      dueMs: 0,
      audioStartMs: offsetMs + (1000 * at) / sampleRateHz,
      samples: samples.subarray(at, at + step),
      words: [],
      endsPhrase: at + step >= samples.length,
    });
  }
  return pieces;
}

function giveWords(pieces: readonly WritablePiece[], words: readonly WordTiming[]): void {
  let index = 0;
  for (const word of words) {
    while (index + 1 < pieces.length && pieces[index + 1]!.audioStartMs <= word.startMs) index++;
    pieces[index]?.words.push(word);
  }
}
