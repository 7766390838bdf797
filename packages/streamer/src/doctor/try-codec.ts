import type { CodecFactory, Encoder, EncoderSettings } from '@eloquence/plugin-api';
import type { Guard } from '@eloquence/core';

/** Frames of the trial; the first few are not timed, since code is slow until it is compiled. */
const trialFrames = 40;
const untimedFrames = 10;

export interface CodecTrialGuards {
  /** Without a time limit. */
  readonly warmUp: Guard;
  /** With the limit of real speech. */
  readonly encode: Guard;
  readonly decode: Guard;
}

/** Lets a codec encode and decode a second of sound, and says what it does that it must not. */
export function tryCodec(codec: CodecFactory, guards: CodecTrialGuards, maxPayloadBytes: number): string[] {
  const settings = settingsOf(codec);
  const encoder = guards.warmUp.run<Encoder | undefined>(() => codec.createEncoder(settings), undefined);
  if (encoder === undefined) return [];
  const decoder = guards.decode.run(() => codec.createDecoder(settings), undefined);
  const problems = new Set<string>();
  const kept: { readonly payload: Uint8Array; readonly copy: Uint8Array }[] = [];
  const frameSamples = Math.round((settings.sampleRateHz * settings.frameMs) / 1000);
  for (let index = 0; index < trialFrames; index++) {
    const pcm = toneOf(index, frameSamples, settings.sampleRateHz);
    const given = pcm.slice();
    const guard = index < untimedFrames ? guards.warmUp : guards.encode;
    const payload = guard.run<Uint8Array | undefined>(() => encoder.encode(given), undefined);
    if (given.some((sample, at) => sample !== pcm[at]))
      problems.add('encode() changes the samples it is given');
    if (payload === undefined) continue;
    if (!(payload instanceof Uint8Array) || payload.length === 0 || payload.length > maxPayloadBytes) {
      const size = payload instanceof Uint8Array ? `${payload.length} bytes` : `a ${typeof payload}`;
      problems.add(
        `encode() returns payloads that cannot be sent (${size}; 1 to ${maxPayloadBytes} bytes fit)`,
      );
      continue;
    }
    kept.push({ payload, copy: payload.slice() });
    const sound = decoder && guards.decode.run(() => decoder.decode(payload), undefined);
    if (sound !== undefined && sound.length !== frameSamples) {
      problems.add(`decode() gives ${sound.length} samples for a frame of ${frameSamples}`);
    }
  }
  if (kept.some(({ payload, copy }) => payload.some((byte, at) => byte !== copy[at]))) {
    problems.add('encode() overwrites payloads that it handed out before');
  }
  guards.encode.release(() => encoder.dispose());
  if (decoder) guards.decode.release(() => decoder.dispose());
  return [...problems];
}

function settingsOf(codec: CodecFactory): EncoderSettings {
  return {
    sampleRateHz: nearest(codec.sampleRatesHz, 24_000),
    frameMs: nearest(codec.frameDurationsMs, 20),
    bitrateBps: 24_000,
    complexity: 5,
  };
}

function nearest(values: readonly number[], wanted: number): number {
  return [...values].sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0] ?? wanted;
}

function toneOf(frame: number, samples: number, sampleRateHz: number): Int16Array {
  return Int16Array.from({ length: samples }, (_, at) =>
    Math.round(8000 * Math.sin((2 * Math.PI * 220 * (frame * samples + at)) / sampleRateHz)),
  );
}
