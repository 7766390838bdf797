import type { CodecFactory, EncoderSettings } from '@eloquence/plugin-api';

/** What is to be checked against the codec contract, and how far it may go. */
export interface CodecSubject {
  readonly name: string;
  createFactory(): CodecFactory;
  /** Least correlation between what went in and what comes out, 0–1; 0.7 if absent. */
  readonly minCorrelation?: number;
  /** Longest delay of the decoded sound against the original, ms; 10 if absent. */
  readonly maxDelayMs?: number;
}

/** Settings that suit any codec of `factory`. */
export function someSettings(
  factory: CodecFactory,
  overrides: Partial<EncoderSettings> = {},
): EncoderSettings {
  const rates = factory.sampleRatesHz;
  const durations = factory.frameDurationsMs;
  return {
    sampleRateHz: rates.includes(24000) ? 24000 : rates[rates.length - 1]!,
    frameMs: durations.includes(20) ? 20 : durations[durations.length - 1]!,
    bitrateBps: 24000,
    complexity: 5,
    ...overrides,
  };
}

export function frameSamplesOf(settings: EncoderSettings): number {
  return Math.round((settings.sampleRateHz * settings.frameMs) / 1000);
}

/** The frames of `pcm`, each a view of its own part of it; a rest shorter than a frame is left out. */
export function framesOf(pcm: Int16Array, frameSamples: number): Int16Array[] {
  const frames: Int16Array[] = [];
  for (let at = 0; at + frameSamples <= pcm.length; at += frameSamples) {
    frames.push(pcm.subarray(at, at + frameSamples));
  }
  return frames;
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
