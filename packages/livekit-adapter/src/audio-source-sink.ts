import { type AudioSink, type PlayoutBlock, createOneRateSink } from '@eloquence/playout';
import { AudioFrame, type AudioSource } from '@livekit/rtc-node';
import { TenMsBlocks } from './ten-ms-blocks.js';

export interface AudioSourceSinkCounters {
  /** Samples handed to the source, padding included. */
  samples: number;
  /** Samples dropped because the source did not keep up. */
  droppedSamples: number;
  captureErrors: number;
}

export interface AudioSourceSink extends AudioSink {
  readonly counters: Readonly<AudioSourceSinkCounters>;
  clear(): void;
  end(): void;
  /** Settles when everything handed over so far has been captured or dropped. */
  readonly idle: Promise<void>;
}

/** Audio that may wait for the source, ms; more is dropped, and counted. */
const maxWaitingMs = 2000;

/**
 * A sink that plays into an rtc-node `AudioSource`, and so into a track of this or another room, at the source's sample
 * rate. The source must be mono; it stays the caller's.
 */
export function createAudioSourceSink(source: AudioSource): AudioSourceSink {
  const { sampleRate } = source;
  const counters: AudioSourceSinkCounters = { samples: 0, droppedSamples: 0, captureErrors: 0 };
  let blocks = new TenMsBlocks(sampleRate);
  let waitingSamples = 0;
  let epoch = 0;
  let last = Promise.resolve();
  const capture = (samples: Int16Array | undefined): void => {
    if (samples === undefined) return;
    if (((waitingSamples + samples.length) * 1000) / sampleRate > maxWaitingMs) {
      counters.droppedSamples += samples.length;
      return;
    }
    const madeIn = epoch;
    waitingSamples += samples.length;
    // One capture at a time: rtc-node refuses a second one.
    last = last.then(async () => {
      waitingSamples -= samples.length;
      if (madeIn !== epoch) return;
      try {
        await source.captureFrame(new AudioFrame(samples, sampleRate, 1, samples.length));
        counters.samples += samples.length;
      } catch {
        counters.captureErrors++;
      }
    });
  };
  const atOneRate = createOneRateSink(
    { write: ({ samples }) => capture(blocks.push(samples)) },
    { sampleRateHz: sampleRate },
  );
  return {
    counters,
    get idle() {
      return last;
    },
    write: (block: PlayoutBlock) => atOneRate.write(block),
    finishUtterance: () => atOneRate.finishUtterance?.(),
    clear() {
      epoch++;
      atOneRate.clear?.();
      blocks = new TenMsBlocks(sampleRate);
      source.clearQueue();
    },
    end() {
      atOneRate.end?.();
      capture(blocks.flush());
    },
  };
}
