import { createSeededRandom } from '@eloquence/base';
import type { CodecFactory } from '@eloquence/plugin-api';
import { ownPlugin } from '../speaker/experiment-plugins.js';

/** Duration, loudness, count. */
const HEADER_BYTES = 6;
const MAX_FRAME_MS = 120;
const LEVELS = 16;
/** A hundred periods a second: frames of any duration fit together without a click. */
const BUZZ_HZ = 100;
/** Of the samples of a frame, one in so many says how loud it is. */
const LOUDNESS_STEP = 8;
const FULL_SCALE = 32_767;

/**
 * Stands in for Opus in simulations: frames of the size that the bitrate asks for, give or take 15 %, each with a
 * content of its own, decoded to a buzz as loud as the frame was, so that the receiver finds speech where there is
 * speech, and pauses where there are pauses. Encoding costs no time, which a simulation on virtual time could not
 * measure anyway.
 */
export const syntheticCodec: CodecFactory = {
  frameDurationsMs: [10, 20, 40, 60],
  sampleRatesHz: [8000, 12_000, 16_000, 24_000, 48_000],
  createEncoder: (initial) => {
    const random = createSeededRandom(1);
    let settings = initial;
    let count = 0;
    return {
      encode: (pcm) => {
        const meanBytes = (settings.bitrateBps / 8000) * settings.frameMs;
        const bytes = Math.max(HEADER_BYTES, Math.round(meanBytes * (0.85 + 0.3 * random.next())));
        const payload = new Uint8Array(bytes);
        payload[0] = settings.frameMs;
        payload[1] = levelOf(pcm);
        new DataView(payload.buffer).setUint32(2, count++);
        return payload;
      },
      configure: (next) => {
        settings = next;
      },
      dispose: () => undefined,
    };
  },
  createDecoder: ({ sampleRateHz }) => {
    const buzzes = buzzesOf(sampleRateHz);
    let level = 0;
    return {
      decode: (payload) => {
        level = Math.min(LEVELS - 1, payload[1] ?? 0);
        return buzzes[level]!.subarray(0, Math.round((sampleRateHz * (payload[0] ?? 0)) / 1000));
      },
      // As loud as what came before it.
      conceal: (sampleCount) => buzzes[level]!.subarray(0, sampleCount),
      dispose: () => undefined,
    };
  },
};

/** Takes the place of the plugin whose codec it stands in for. */
export const syntheticCodecPlugin = ownPlugin(
  '@eloquence/compression',
  { codecs: [{ id: 'opus' }] },
  (context) => void context.codecs.register('opus', syntheticCodec),
);

/** 0 is silence; each level more is 3 dB louder, up to full scale. */
function levelOf(pcm: Int16Array): number {
  let sum = 0;
  for (let at = 0; at < pcm.length; at += LOUDNESS_STEP) sum += pcm[at]! * pcm[at]!;
  const meanSquare = (sum * LOUDNESS_STEP) / Math.max(1, pcm.length);
  if (meanSquare < 1) return 0;
  // The mean square of the buzz is half of its peak's square.
  const level = Math.round(LEVELS - 1 + Math.log2((2 * meanSquare) / FULL_SCALE ** 2));
  return Math.max(0, Math.min(LEVELS - 1, level));
}

const buzzesByRate = new Map<number, readonly Int16Array[]>();

/** One buzz a level, for every decoder of a rate; nobody writes into what a decoder returns. */
function buzzesOf(sampleRateHz: number): readonly Int16Array[] {
  let buzzes = buzzesByRate.get(sampleRateHz);
  if (buzzes === undefined) {
    buzzes = Array.from({ length: LEVELS }, (_, level) => buzz(sampleRateHz, level));
    buzzesByRate.set(sampleRateHz, buzzes);
  }
  return buzzes;
}

function buzz(sampleRateHz: number, level: number): Int16Array {
  const peak = level === 0 ? 0 : FULL_SCALE * 2 ** ((level - LEVELS + 1) / 2);
  return Int16Array.from({ length: Math.ceil((sampleRateHz * MAX_FRAME_MS) / 1000) }, (_, at) =>
    Math.round(peak * Math.sin((2 * Math.PI * BUZZ_HZ * at) / sampleRateHz)),
  );
}
