import { OpusCodec } from '@eloquence/compression';
import type { Clock, CodecFactory, PluginDescriptor } from '@eloquence/plugin-api';
import { ownPlugin } from '@eloquence/testbed';

/** Two readings take no longer unless the process had to wait for a core, ms. */
const LONGEST_READING_MS = 0.2;

/**
 * The default codec with a stopwatch: how long its encoders were at work, all of them together. Each call counts by the
 * clock or by the processor time of the process, whichever is less: on a busy machine the clock runs on while the
 * process waits for a core, and the processor time has that of other threads in it.
 */
export class TimedCodec implements CodecFactory {
  readonly #codec = new OpusCodec();
  readonly #clock: Clock;
  readonly #readCpuMs: () => number;
  readonly frameDurationsMs = this.#codec.frameDurationsMs;
  readonly sampleRatesHz = this.#codec.sampleRatesHz;
  readonly createDecoder: CodecFactory['createDecoder'] = (settings) => this.#codec.createDecoder(settings);
  #encodingMs = 0;
  #stopwatchMs = 0;

  /** @param readCpuMs processor time of this process so far, ms */
  constructor(clock: Clock, readCpuMs: () => number) {
    this.#clock = clock;
    this.#readCpuMs = readCpuMs;
  }

  get encodingMs(): number {
    return this.#encodingMs;
  }

  /** What reading the processor time took: work that only the measurement does. */
  get stopwatchMs(): number {
    return this.#stopwatchMs;
  }

  createEncoder(
    settings: Parameters<CodecFactory['createEncoder']>[0],
  ): ReturnType<CodecFactory['createEncoder']> {
    const encoder = this.#codec.createEncoder(settings);
    return {
      encode: (pcm) => {
        const readMs = this.#clock.nowMs();
        const startCpuMs = this.#readCpuMs();
        const startMs = this.#clock.nowMs();
        const payload = encoder.encode(pcm);
        const endMs = this.#clock.nowMs();
        const cpuMs = this.#readCpuMs() - startCpuMs;
        const readingMs = startMs - readMs + this.#clock.nowMs() - endMs;
        this.#encodingMs += Math.min(endMs - startMs, cpuMs);
        this.#stopwatchMs += Math.min(readingMs, LONGEST_READING_MS);
        return payload;
      },
      configure: (next) => encoder.configure(next),
      dispose: () => encoder.dispose(),
    };
  }
}

/** Takes the place of the default codec's plugin. */
export function timedCodecPlugin(codec: TimedCodec): PluginDescriptor {
  return ownPlugin(
    '@eloquence/compression',
    { codecs: [{ id: 'opus' }] },
    (context) => void context.codecs.register('opus', codec),
  );
}
