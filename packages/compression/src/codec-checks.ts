import { type CodecFactory, EloquenceError, type EncoderSettings } from '@eloquence/plugin-api';

type Limits = Pick<CodecFactory, 'frameDurationsMs' | 'sampleRatesHz'>;

/** @throws EloquenceError `OPTION_INVALID` */
export function checkSampleRate(sampleRateHz: number, limits: Limits): void {
  if (limits.sampleRatesHz.includes(sampleRateHz)) return;
  throw new EloquenceError('OPTION_INVALID', `The codec has no sample rate of ${String(sampleRateHz)} Hz.`, {
    value: sampleRateHz,
    hint: `Use one of ${limits.sampleRatesHz.join(', ')} Hz.`,
  });
}

/** @throws EloquenceError `OPTION_INVALID` */
export function checkEncoderSettings(settings: EncoderSettings, limits: Limits): void {
  checkSampleRate(settings.sampleRateHz, limits);
  if (!limits.frameDurationsMs.includes(settings.frameMs)) {
    throw new EloquenceError('OPTION_INVALID', `The codec has no frames of ${String(settings.frameMs)} ms.`, {
      value: settings.frameMs,
      hint: `Use one of ${limits.frameDurationsMs.join(', ')} ms.`,
    });
  }
  for (const field of ['bitrateBps', 'complexity'] as const) {
    if (Number.isFinite(settings[field])) continue;
    throw new EloquenceError('OPTION_INVALID', `The encoder's ${field} is not a number.`, {
      value: settings[field],
      hint:
        field === 'bitrateBps'
          ? 'Give a bit rate in bit/s, for example 24000.'
          : 'Give a whole number from 0 to 10.',
    });
  }
}

/** An encoder keeps its sample rate for life: a change means another encoder. */
export function checkSameSampleRate(current: EncoderSettings, next: EncoderSettings): void {
  if (current.sampleRateHz === next.sampleRateHz) return;
  throw new EloquenceError('OPTION_INVALID', 'The sample rate of a running encoder cannot change.', {
    value: next.sampleRateHz,
    hint: 'Create another encoder for the new sample rate.',
  });
}

export function samplesPerFrame(settings: Pick<EncoderSettings, 'sampleRateHz' | 'frameMs'>): number {
  return Math.round((settings.sampleRateHz * settings.frameMs) / 1000);
}

/** @throws EloquenceError `CODEC_FAILED` unless `pcm` is one frame of `expectedSamples`. */
export function checkFrame(pcm: Int16Array, expectedSamples: number): void {
  if (!(pcm instanceof Int16Array)) {
    throw new EloquenceError('CODEC_FAILED', 'A frame must be an Int16Array.', {
      value: pcm,
      hint: 'Give mono, 16-bit signed samples.',
    });
  }
  if (pcm.length === expectedSamples) return;
  throw new EloquenceError(
    'CODEC_FAILED',
    `A frame has ${pcm.length} samples instead of ${expectedSamples}.`,
    {
      value: pcm.length,
      hint: 'Call configure() before the first frame of another duration.',
    },
  );
}

/** @throws EloquenceError `CODEC_FAILED` unless `payload` is bytes, at least one and at most `maxBytes`. */
export function checkPayload(payload: Uint8Array, maxBytes: number): void {
  if (payload instanceof Uint8Array && payload.length > 0 && payload.length <= maxBytes) return;
  const size = payload instanceof Uint8Array ? `${payload.length} bytes` : 'not bytes';
  throw new EloquenceError(
    'CODEC_FAILED',
    `A payload of 1 to ${maxBytes} bytes was expected; this is ${size}.`,
    {
      value: payload instanceof Uint8Array ? payload.length : payload,
      hint: 'Hand over the payload of one frame as it was encoded.',
    },
  );
}

export function disposedError(what: string): EloquenceError {
  return new EloquenceError('DISPOSED', `The ${what} was used after its disposal.`, {
    hint: 'Create another one from the codec.',
  });
}
