import type { PcmChunk } from '@eloquence/plugin-api';

/** Speech that exists as a whole before it is sent. */
export interface PreparedSpeech {
  readonly samples: Int16Array;
  readonly sampleRateHz: number;
}

/** Gathers all chunks of a voice; they must have one sample rate. */
export async function gatherSpeech(chunks: AsyncIterable<PcmChunk>): Promise<PreparedSpeech> {
  const parts: Int16Array[] = [];
  let length = 0;
  let sampleRateHz = 0;
  for await (const chunk of chunks) {
    parts.push(chunk.samples);
    length += chunk.samples.length;
    sampleRateHz = chunk.sampleRateHz;
  }
  const samples = new Int16Array(length);
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return { samples, sampleRateHz };
}

/** As long as the words that warm up a voice. */
const warmUpMs = 600;

/** The first part of `speech`: something short that nobody measures. */
export function beginningOf({ samples, sampleRateHz }: PreparedSpeech): PreparedSpeech {
  return { samples: samples.slice(0, Math.round((sampleRateHz * warmUpMs) / 1000)), sampleRateHz };
}

export function durationMs({ samples, sampleRateHz }: PreparedSpeech): number {
  return sampleRateHz > 0 ? (1000 * samples.length) / sampleRateHz : 0;
}
