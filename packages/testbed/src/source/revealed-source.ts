import { delay } from '@eloquence/base';
import type { Clock, PcmChunk } from '@eloquence/plugin-api';
import type { SourcePiece } from '../figures/formulas.js';
import type { PreparedSpeech } from './prepared-speech.js';

const PIECE_MS = 100;

/** A source of PCM that says when its pieces were there. */
export interface TimedSource {
  readonly chunks: AsyncIterable<PcmChunk>;
  /** When the first PCM was handed over, on the clock; `undefined` before. */
  readonly firstPcmAtMs: number | undefined;
  /** Pieces handed over so far. Times count from the first. */
  readonly pieces: readonly SourcePiece[];
  /** Audio handed over so far, ms. */
  readonly audioMs: number;
}

/**
 * Reveals speech in pieces of 100 ms at `speed` times real time; all at once for an infinite speed. The schedule
 * begins with the first pull, and is absolute: whoever pulls late finds what was due meanwhile. A piece counts
 * from the time it was due, not from the time it was pulled.
 */
export function revealSpeech(
  speech: PreparedSpeech,
  speed: number,
  clock: Clock,
  signal?: AbortSignal,
): TimedSource {
  const pieceSamples = Math.max(1, Math.round((speech.sampleRateHz * PIECE_MS) / 1000));
  const pieces: SourcePiece[] = [];
  let firstPcmAtMs: number | undefined;
  let audioMs = 0;
  async function* reveal(): AsyncGenerator<PcmChunk> {
    for (let at = 0; at < speech.samples.length; at += pieceSamples) {
      const audioStartMs = (1000 * at) / speech.sampleRateHz;
      firstPcmAtMs ??= clock.nowMs();
      const atMs = audioStartMs / speed;
      const waitMs = firstPcmAtMs + atMs - clock.nowMs();
      if (waitMs > 0) await delay(clock, waitMs, signal);
      signal?.throwIfAborted();
      pieces.push({ atMs, audioStartMs });
      audioMs = (1000 * Math.min(at + pieceSamples, speech.samples.length)) / speech.sampleRateHz;
      // A copy: the chunk's samples belong to whoever takes it.
      yield { samples: speech.samples.slice(at, at + pieceSamples), sampleRateHz: speech.sampleRateHz };
    }
  }
  return {
    chunks: reveal(),
    pieces,
    get firstPcmAtMs() {
      return firstPcmAtMs;
    },
    get audioMs() {
      return audioMs;
    },
  };
}

/** Notes when the chunks of a live voice come. */
export function observeSource(chunks: AsyncIterable<PcmChunk>, clock: Clock): TimedSource {
  const pieces: SourcePiece[] = [];
  let firstPcmAtMs: number | undefined;
  let audioMs = 0;
  async function* observe(): AsyncGenerator<PcmChunk> {
    for await (const chunk of chunks) {
      const nowMs = clock.nowMs();
      firstPcmAtMs ??= nowMs;
      pieces.push({ atMs: nowMs - firstPcmAtMs, audioStartMs: audioMs });
      audioMs += (1000 * chunk.samples.length) / chunk.sampleRateHz;
      yield chunk;
    }
  }
  return {
    chunks: observe(),
    pieces,
    get firstPcmAtMs() {
      return firstPcmAtMs;
    },
    get audioMs() {
      return audioMs;
    },
  };
}

/** Passes chunks on, after showing each to `onChunk`. */
export async function* tapChunks(
  chunks: AsyncIterable<PcmChunk>,
  onChunk: (chunk: PcmChunk) => void,
): AsyncGenerator<PcmChunk> {
  for await (const chunk of chunks) {
    onChunk(chunk);
    yield chunk;
  }
}
