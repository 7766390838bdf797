import { delay } from '@eloquence/base';
import type { Clock, PcmChunk } from '@eloquence/plugin-api';
import { firstLoudSample } from '../figures/first-audio.js';
import type { SourcePiece } from '../figures/formulas.js';
import type { PreparedSpeech } from './prepared-speech.js';

const pieceMs = 100;

/** A source of PCM that says when its pieces were there. */
export interface TimedSource {
  readonly chunks: AsyncIterable<PcmChunk>;
  /** When the first PCM was handed over, on the clock; `undefined` before. */
  readonly firstPcmAtMs: number | undefined;
  /** Pieces handed over so far. Times count from the first. */
  readonly pieces: readonly SourcePiece[];
  /** Audio handed over so far, ms. */
  readonly audioMs: number;
  /** Offset of the first loud sample handed over, ms; `null` as long as all of it is silent. */
  readonly loudOffsetMs: number | null;
}

/** What a source has handed over so far. */
class HandedOver implements Omit<TimedSource, 'chunks'> {
  readonly pieces: SourcePiece[] = [];
  firstPcmAtMs: number | undefined;
  audioMs = 0;
  loudOffsetMs: number | null = null;

  /** @param atMs since the first PCM */
  add({ samples, sampleRateHz }: PcmChunk, atMs: number): void {
    this.pieces.push({ atMs, audioStartMs: this.audioMs });
    if (this.loudOffsetMs === null) {
      const loudAt = firstLoudSample(samples);
      if (loudAt !== undefined) this.loudOffsetMs = this.audioMs + (1000 * loudAt) / sampleRateHz;
    }
    this.audioMs += (1000 * samples.length) / sampleRateHz;
  }
}

/**
 * Reveals speech in pieces of 100 ms at `speed` times real time; all at once for an infinite speed. The schedule
 * begins with the first pull, and is absolute: whoever pulls late finds what was due meanwhile. A piece counts
 * from the time it was due, not from the time it was pulled.
 */
export function revealSpeech(
  { samples, sampleRateHz }: PreparedSpeech,
  speed: number,
  clock: Clock,
  signal?: AbortSignal,
): TimedSource {
  const pieceSamples = Math.max(1, Math.round((sampleRateHz * pieceMs) / 1000));
  const handedOver = new HandedOver();
  async function* reveal(): AsyncGenerator<PcmChunk> {
    for (let at = 0; at < samples.length; at += pieceSamples) {
      handedOver.firstPcmAtMs ??= clock.nowMs();
      const atMs = (1000 * at) / sampleRateHz / speed;
      const waitMs = handedOver.firstPcmAtMs + atMs - clock.nowMs();
      if (waitMs > 0) await delay(clock, waitMs, signal);
      signal?.throwIfAborted();
      // A copy: the chunk's samples belong to whoever takes it.
      const chunk = { samples: samples.slice(at, at + pieceSamples), sampleRateHz };
      handedOver.add(chunk, atMs);
      yield chunk;
    }
  }
  return Object.assign(handedOver, { chunks: reveal() });
}

/** Notes when the chunks of a live voice come. */
export function observeSource(chunks: AsyncIterable<PcmChunk>, clock: Clock): TimedSource {
  const handedOver = new HandedOver();
  async function* observe(): AsyncGenerator<PcmChunk> {
    for await (const chunk of chunks) {
      const nowMs = clock.nowMs();
      handedOver.firstPcmAtMs ??= nowMs;
      handedOver.add(chunk, nowMs - handedOver.firstPcmAtMs);
      yield chunk;
    }
  }
  return Object.assign(handedOver, { chunks: observe() });
}
