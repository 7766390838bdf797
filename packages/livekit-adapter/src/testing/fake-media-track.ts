import type { Clock } from '@eloquence/plugin-api';
import type { MediaPublishOptions, MediaTrack, MediaTrackSource, PcmResampler } from '../media-track.js';

/** A track that takes audio at real time on a test's clock, like rtc-node's queue of 200 ms. */
export class FakeMediaTrack implements MediaTrack {
  readonly captured: Int16Array[] = [];
  clears = 0;
  isClosed = false;
  pending = 0;
  mostPending = 0;
  /** Called before each capture; throw to refuse it, return a promise to delay it. */
  beforeCapture: ((index: number) => void | Promise<void>) | undefined;
  subscriber: Promise<void> = Promise.resolve();
  #attempts = 0;
  #emptyAtMs = 0;
  #wake: Array<() => void> = [];

  constructor(
    readonly clock: Clock,
    readonly sampleRateHz: number,
  ) {}

  get samples(): number[] {
    return this.captured.flatMap((block) => [...block]);
  }

  get queuedMs(): number {
    return Math.max(0, this.#emptyAtMs - this.clock.nowMs());
  }

  async capture(samples: Int16Array): Promise<void> {
    this.pending++;
    this.mostPending = Math.max(this.mostPending, this.pending);
    try {
      await this.beforeCapture?.(this.#attempts++);
      this.captured.push(samples.slice());
      this.#emptyAtMs =
        Math.max(this.#emptyAtMs, this.clock.nowMs()) + (samples.length * 1000) / this.sampleRateHz;
      while (this.queuedMs > 200) await this.#sleep(10);
    } finally {
      this.pending--;
    }
  }

  clear(): void {
    this.clears++;
    this.#emptyAtMs = 0;
    for (const wake of this.#wake.splice(0)) wake();
  }

  async waitForPlayout(): Promise<void> {
    while (this.queuedMs > 0) await this.#sleep(this.queuedMs);
  }

  waitForSubscriber(): Promise<void> {
    return this.subscriber;
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.clock.setTimer(resolve, ms);
      this.#wake.push(() => {
        timer.dispose();
        resolve();
      });
    });
  }
}

/** Publishes fake tracks, and keeps them for the test to look at. */
export class FakeTrackSource implements MediaTrackSource {
  readonly tracks: FakeMediaTrack[] = [];
  readonly options: MediaPublishOptions[] = [];
  configure: ((track: FakeMediaTrack) => void) | undefined;
  failure: Error | undefined;
  resamplersOpen = 0;

  constructor(readonly clock: Clock) {}

  publish(sampleRateHz: number, options: MediaPublishOptions): Promise<MediaTrack> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const track = new FakeMediaTrack(this.clock, sampleRateHz);
    this.configure?.(track);
    this.tracks.push(track);
    this.options.push(options);
    return Promise.resolve(track);
  }

  /** Repeats or leaves out samples: enough to see how many come out. */
  createResampler(fromHz: number, toHz: number): PcmResampler {
    this.resamplersOpen++;
    let taken = 0;
    let made = 0;
    return {
      push(pcm) {
        taken += pcm.length;
        const length = Math.floor((taken * toHz) / fromHz) - made;
        made += length;
        return new Int16Array(length).fill(pcm[0] ?? 0);
      },
      flush: () => new Int16Array(0),
      dispose: () => {
        this.resamplersOpen--;
      },
    };
  }
}
