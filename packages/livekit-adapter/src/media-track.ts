import type { Disposable } from '@eloquence/plugin-api';

/** How the speech track is published. What is left out is rtc-node's default. */
export interface MediaPublishOptions {
  /** Name of the track; default `speech`. */
  readonly trackName?: string;
  /** Opus bitrate limit, bit/s; rtc-node's default is 48 000. */
  readonly bitrateBps?: number;
  /** Send next to nothing in silence; rtc-node's default is true. */
  readonly dtx?: boolean;
  /** Repeat each packet in the next one (RFC 2198); rtc-node's default is true. */
  readonly red?: boolean;
}

/** A published audio track, fed at playout pace. One `capture` at a time. */
export interface MediaTrack {
  readonly sampleRateHz: number;
  /** Audio handed over and not yet sent, ms. */
  readonly queuedMs: number;
  /** `samples` starts at offset 0 of its buffer and is a whole number of 10 ms; it must not change until settled. */
  capture(samples: Int16Array): Promise<void>;
  /** Discards the queue; a pending `capture` settles. */
  clear(): void;
  /** Settles when the queue has been sent, or was cleared. */
  waitForPlayout(): Promise<void>;
  /** Settles when somebody has subscribed to the track for the first time. */
  waitForSubscriber(): Promise<void>;
  /** Unpublishes the track and releases it. */
  close(): Promise<void>;
}

/** Converts a stream of PCM from one sample rate to another. */
export interface PcmResampler extends Disposable {
  push(pcm: Int16Array): Int16Array;
  /** What is left inside; the resampler is used up. */
  flush(): Int16Array;
}

/** Where a media lane gets its track from. */
export interface MediaTrackSource {
  publish(sampleRateHz: number, options: MediaPublishOptions): Promise<MediaTrack>;
  createResampler(fromHz: number, toHz: number): PcmResampler;
}
