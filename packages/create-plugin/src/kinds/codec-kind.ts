import type { PluginKind } from './plugin-kind.js';

export const codecKind: PluginKind = {
  kind: 'codec',
  point: 'codecs',
  summary: 'µ-law (ITU-T G.711), one byte for each sample',
  idOf: ({ id }) => id,
  exportOf: ({ camelId, stem }) => ({ name: `${camelId}Codec`, file: `${stem}-codec` }),
  registrationOf: ({ camelId }) => `${camelId}Codec`,
  codeOf: ({
    camelId,
    pascalId,
  }) => `import { type CodecFactory, EloquenceError, type EncoderSettings } from '@eloquence/plugin-api';

/** µ-law (ITU-T G.711): one byte for each sample. */
export const ${camelId}Codec: CodecFactory = {
  frameDurationsMs: [10, 20],
  sampleRatesHz: [8000, 16_000, 24_000],
  createEncoder: (settings) => new ${pascalId}Stream().configure(settings),
  createDecoder: ({ sampleRateHz }) => new ${pascalId}Stream().configure({ sampleRateHz, frameMs: 20 }),
};

class ${pascalId}Stream {
  /** Samples of a frame; not a number once disposed. */
  #frameSamples = 0;

  configure({ sampleRateHz, frameMs }: Pick<EncoderSettings, 'sampleRateHz' | 'frameMs'>): this {
    const { sampleRatesHz, frameDurationsMs } = ${camelId}Codec;
    this.#check(sampleRatesHz.includes(sampleRateHz) && frameDurationsMs.includes(frameMs), 'OPTION_INVALID');
    this.#frameSamples = (sampleRateHz * frameMs) / 1000;
    return this;
  }

  encode(pcm: Int16Array): Uint8Array {
    this.#check(pcm.length === this.#frameSamples, 'CODEC_FAILED');
    return Uint8Array.from(pcm, toByte);
  }

  decode(payload: Uint8Array): Int16Array {
    this.#check(payload.length > 0 && payload.length <= this.#frameSamples, 'CODEC_FAILED');
    return Int16Array.from(payload, toSample);
  }

  dispose = (): void => void (this.#frameSamples = Number.NaN);

  #check(isRight: boolean, code: 'OPTION_INVALID' | 'CODEC_FAILED'): void {
    if (Number.isNaN(this.#frameSamples)) throw new EloquenceError('DISPOSED', 'The codec is disposed.');
    if (!isRight) throw new EloquenceError(code, 'The codec cannot take this frame or format.');
  }
}

function toByte(sample: number): number {
  const level = Math.min(32_635, Math.abs(sample)) + 132;
  const segment = 24 - Math.clz32(level);
  return ~((sample < 0 ? 128 : 0) | (segment << 4) | ((level >> (segment + 3)) & 15));
}

const toSample = (byte: number): number =>
  (byte < 128 ? -1 : 1) * (((((~byte & 15) << 3) + 132) << ((~byte >> 4) & 7)) - 132);
`,
  testOf: ({ camelId, id }) => ({
    kit: 'describeCodec',
    body: `describeCodec(framework, {
  name: '${id}',
  createFactory: () => ${camelId}Codec,
  minCorrelation: 0.99,
  maxDelayMs: 0,
});`,
  }),
};
