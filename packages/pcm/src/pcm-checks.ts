import { EloquenceError, type PcmChunk } from '@eloquence/plugin-api';

const minSampleRateHz = 4000;
const maxSampleRateHz = 192_000;

/** @throws EloquenceError `PCM_INVALID` unless `rateHz` is a whole number that speech can have. */
export function checkPcmRate(rateHz: number): void {
  if (Number.isInteger(rateHz) && rateHz >= minSampleRateHz && rateHz <= maxSampleRateHz) return;
  throw new EloquenceError('PCM_INVALID', `${String(rateHz)} Hz is not a sample rate of speech.`, {
    value: rateHz,
    hint: `Give a whole number of Hz from ${minSampleRateHz} to ${maxSampleRateHz}.`,
  });
}

/** @throws EloquenceError `PCM_INVALID` unless `chunk` is a piece of mono 16-bit PCM. */
export function checkPcmChunk(chunk: PcmChunk): void {
  const given: unknown = chunk;
  if (typeof given !== 'object' || given === null) {
    throw new EloquenceError('PCM_INVALID', 'A piece of PCM must be an object.', {
      value: given,
      hint: 'Give { samples: Int16Array, sampleRateHz: number }.',
    });
  }
  if (!(chunk.samples instanceof Int16Array)) {
    throw new EloquenceError('PCM_INVALID', 'The samples of a piece of PCM must be an Int16Array.', {
      value: chunk.samples,
      hint: 'Convert to mono, 16-bit signed samples first.',
    });
  }
  checkPcmRate(chunk.sampleRateHz);
}

/**
 * Samples of a frame of `frameMs` at `sampleRateHz`.
 *
 * @throws EloquenceError `OPTION_INVALID` if that is not a whole number, or the frame is longer than 120 ms.
 */
export function frameSampleCount(sampleRateHz: number, frameMs: number): number {
  const count = (sampleRateHz * frameMs) / 1000;
  if (Number.isInteger(count) && count > 0 && frameMs <= 120) return count;
  throw new EloquenceError(
    'OPTION_INVALID',
    `There are no frames of ${String(frameMs)} ms at ${sampleRateHz} Hz.`,
    {
      value: frameMs,
      hint: 'Choose a duration of at most 120 ms that holds a whole number of samples, for example 20.',
    },
  );
}
