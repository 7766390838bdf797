import { delay } from '@eloquence/base';
import type { Clock, PcmChunk } from '@eloquence/plugin-api';

const sampleRateHz = 24_000;
const frameSamples = 480;
const pieceSamples = 2400;

/** High bytes of samples: a pattern that betrays any lost, repeated or changed one. */
const patternAt = (at: number): number => 1 + ((at * 7 + (at >> 9)) % 120);

/** Speech of the pattern, a piece of 100 ms every `paceMs`. */
export async function* patternSpeech(
  clock: Clock,
  durationMs: number,
  paceMs: number,
): AsyncGenerator<PcmChunk> {
  for (let at = 0; at < (durationMs * sampleRateHz) / 1000; at += pieceSamples) {
    const samples = Int16Array.from({ length: pieceSamples }, (_, n) => patternAt(at + n) << 8);
    yield { samples, sampleRateHz };
    if (paceMs > 0) await delay(clock, paceMs);
  }
}

/** Collects the frames that a listener played, in the codecs of the tests (one byte for each sample) or in PCM. */
export class PatternEar {
  #bytes: number[] = [];
  /** Payloads of another size than one of these two. */
  oddPayloads = 0;

  hear(payload: Uint8Array): void {
    if (payload.length === frameSamples) this.#bytes.push(...payload);
    else if (payload.length === 2 * frameSamples)
      this.#bytes.push(...payload.filter((_, at) => at % 2 === 1));
    else this.oddPayloads++;
  }

  /**
   * Says in what the sound since the last call differs from the pattern; `undefined` if it is the pattern, with nothing
   * but a frame of silence behind it, for codecs that look ahead.
   */
  takeDifference(durationMs: number): string | undefined {
    const heard = this.#bytes;
    this.#bytes = [];
    const expected = (durationMs * sampleRateHz) / 1000;
    if (this.oddPayloads > 0) return `${this.oddPayloads} payloads are of no known size`;
    if (heard.length < expected || heard.length > expected + frameSamples)
      return `${heard.length} samples are heard of ${expected}`;
    const at = heard.findIndex((byte, index) => byte !== (index < expected ? patternAt(index) : 0));
    return at < 0 ? undefined : `sample ${at} is ${heard[at]}`;
  }
}
