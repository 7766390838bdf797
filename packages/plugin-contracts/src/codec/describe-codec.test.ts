import {
  type CodecFactory,
  type Decoder,
  type Encoder,
  type EncoderSettings,
  EloquenceError,
} from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { failuresOf } from '../support/contract-rule.js';
import { codecRules, describeCodec } from './describe-codec.js';

/** A right codec, small enough to be broken in one place at a time: little-endian samples. */
class PlainCodec implements CodecFactory {
  readonly frameDurationsMs: readonly number[] = [10, 20];
  readonly sampleRatesHz: readonly number[] = [8000, 24000];

  createEncoder(settings: EncoderSettings): Encoder {
    this.check(settings);
    return new PlainEncoder(settings);
  }

  createDecoder(settings: { sampleRateHz: number }): Decoder {
    this.check(settings);
    return new PlainDecoder();
  }

  protected check({ sampleRateHz, frameMs = 20 }: { sampleRateHz: number; frameMs?: number }): void {
    if (this.sampleRatesHz.includes(sampleRateHz) && this.frameDurationsMs.includes(frameMs)) return;
    throw new EloquenceError('OPTION_INVALID', 'unsupported');
  }
}

class PlainEncoder implements Encoder {
  isDisposed = false;
  constructor(public settings: EncoderSettings) {}

  encode(pcm: Int16Array): Uint8Array {
    if (this.isDisposed) throw new EloquenceError('DISPOSED', 'disposed');
    this.checkSize(pcm);
    return bytesOf(pcm).slice();
  }

  checkSize(pcm: Int16Array): void {
    if (pcm.length !== (this.settings.sampleRateHz * this.settings.frameMs) / 1000) {
      throw new EloquenceError('CODEC_FAILED', 'size');
    }
  }

  configure(settings: EncoderSettings): void {
    if (this.isDisposed) throw new EloquenceError('DISPOSED', 'disposed');
    this.settings = settings;
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

class PlainDecoder implements Decoder {
  isDisposed = false;

  decode(payload: Uint8Array): Int16Array {
    if (this.isDisposed) throw new EloquenceError('DISPOSED', 'disposed');
    if (payload.length === 0 || payload.length % 2 !== 0) throw new EloquenceError('CODEC_FAILED', 'odd');
    return new Int16Array(new Uint8Array(payload).buffer);
  }

  conceal(sampleCount: number): Int16Array {
    return new Int16Array(sampleCount);
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

function bytesOf(pcm: Int16Array): Uint8Array {
  return new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}

/** The right codec with other encoders or decoders. */
function codecWith(
  makeEncoder: (settings: EncoderSettings) => Encoder,
  makeDecoder: () => Decoder = () => new PlainDecoder(),
): CodecFactory {
  return new (class extends PlainCodec {
    override createEncoder(settings: EncoderSettings): Encoder {
      this.check(settings);
      return makeEncoder(settings);
    }
    override createDecoder(settings: { sampleRateHz: number }): Decoder {
      this.check(settings);
      return makeDecoder();
    }
  })();
}

const plainEncoder = (settings: EncoderSettings): Encoder => new PlainEncoder(settings);

const shared = new Uint8Array(10_000);
let streamsOpen = 0;

const broken: Readonly<Record<string, () => CodecFactory>> = {
  'announces its frame durations': () =>
    new (class extends PlainCodec {
      override readonly frameDurationsMs = [20, 10];
    })(),
  'refuses a sample rate and a frame duration': () =>
    new (class extends PlainCodec {
      protected override check(): void {
        // Takes anything.
      }
    })(),
  'refuses a frame of another size': () =>
    codecWith(
      (settings) =>
        new (class extends PlainEncoder {
          override checkSize(): void {
            // Takes any size.
          }
        })(settings),
    ),
  'answers corrupt payloads': () =>
    codecWith(
      plainEncoder,
      () =>
        new (class extends PlainDecoder {
          override decode(payload: Uint8Array): Int16Array {
            if (payload.length % 2 === 1)
              throw new RangeError('byte length of Int16Array should be a multiple of 2');
            return super.decode(payload);
          }
        })(),
    ),
  'can be disposed twice': () =>
    codecWith(
      (settings) =>
        new (class extends PlainEncoder {
          override dispose(): void {
            if (this.isDisposed) throw new Error('double free');
            super.dispose();
          }
        })(settings),
    ),
  'encodes a frame in less than half': () =>
    codecWith(
      (settings) =>
        new (class extends PlainEncoder {
          override encode(pcm: Int16Array): Uint8Array {
            const until = performance.now() + (settings.complexity === 10 ? 15 : 0);
            while (performance.now() < until);
            return super.encode(pcm);
          }
        })(settings),
    ),
  'leaves a payload alone': () =>
    codecWith(
      (settings) =>
        new (class extends PlainEncoder {
          override encode(pcm: Int16Array): Uint8Array {
            const bytes = super.encode(pcm);
            shared.set(bytes);
            return shared.subarray(0, bytes.length);
          }
        })(settings),
    ),
  'keeps nothing of the samples': () =>
    codecWith(
      (settings) =>
        new (class extends PlainEncoder {
          override encode(pcm: Int16Array): Uint8Array {
            super.encode(pcm);
            return bytesOf(pcm);
          }
        })(settings),
    ),
  'reads samples and payloads at their place': () =>
    codecWith(
      plainEncoder,
      () =>
        new (class extends PlainDecoder {
          override decode(payload: Uint8Array): Int16Array {
            super.decode(payload);
            return new Int16Array(payload.buffer.slice(0, payload.length));
          }
        })(),
    ),
  'encoders and decoders side by side': () =>
    codecWith((settings) => {
      const place = streamsOpen++ % 80;
      return new (class extends PlainEncoder {
        override encode(pcm: Int16Array): Uint8Array {
          const bytes = super.encode(pcm);
          if (place > 50) bytes[0]! ^= 1;
          return bytes;
        }
      })(settings);
    }),
  'decodes every frame to as many samples': () =>
    codecWith(
      plainEncoder,
      () =>
        new (class extends PlainDecoder {
          override decode(payload: Uint8Array): Int16Array {
            const pcm = super.decode(payload);
            return pcm.length === 80 ? pcm.subarray(0, 79) : pcm;
          }
        })(),
    ),
  'gives back the sound': () =>
    codecWith(
      plainEncoder,
      () =>
        new (class extends PlainDecoder {
          override decode(payload: Uint8Array): Int16Array {
            return super.decode(payload).map((sample, index) => (index % 2 === 0 ? sample : -sample));
          }
        })(),
    ),
  'keeps silence silent': () =>
    codecWith(
      plainEncoder,
      () =>
        new (class extends PlainDecoder {
          override decode(payload: Uint8Array): Int16Array {
            return super.decode(payload).map((sample, index) => sample + (index % 2 === 0 ? 100 : -100));
          }
        })(),
    ),
  'without wrapping it round': () =>
    codecWith(
      plainEncoder,
      () =>
        new (class extends PlainDecoder {
          override decode(payload: Uint8Array): Int16Array {
            return super.decode(payload).map((sample) => sample * 1.2);
          }
        })(),
    ),
  'takes new settings between frames': () =>
    codecWith(
      (settings) =>
        new (class extends PlainEncoder {
          #isMuted = false;
          override configure(next: EncoderSettings): void {
            this.#isMuted = next.bitrateBps !== this.settings.bitrateBps;
            super.configure(next);
          }
          override encode(pcm: Int16Array): Uint8Array {
            const bytes = super.encode(pcm);
            if (this.#isMuted) bytes.fill(0);
            this.#isMuted = false;
            return bytes;
          }
        })(settings),
    ),
  'conceals exactly the samples': () =>
    codecWith(
      plainEncoder,
      () =>
        new (class extends PlainDecoder {
          override conceal(sampleCount: number): Int16Array {
            return new Int16Array(sampleCount).fill(100);
          }
        })(),
    ),
};

describe('describeCodec', () => {
  it('finds nothing wrong with a right codec', async () => {
    const failures = await failuresOf((framework) =>
      describeCodec(framework, {
        name: 'plain',
        createFactory: () => new PlainCodec(),
        minCorrelation: 0.99,
      }),
    );
    expect(failures).toEqual([]);
  });

  it('has a broken codec for each rule', () => {
    for (const rule of codecRules) {
      expect(Object.keys(broken).filter((words) => rule.title.includes(words))).toHaveLength(1);
    }
    expect(Object.keys(broken)).toHaveLength(codecRules.length);
  });

  it.each(Object.keys(broken))('rejects a codec that breaks "%s"', async (words) => {
    streamsOpen = 0;
    const factory = broken[words]!();
    const failures = await failuresOf((framework) =>
      describeCodec(framework, { name: 'broken', createFactory: () => factory }),
    );
    expect(failures.map((failure) => failure.title).filter((title) => title.includes(words))).toHaveLength(1);
  });
});
