import type { AudioSink, PlayoutBlock } from '@eloquence/playout';
import { delay } from '@eloquence/base';
import type { Clock } from '@eloquence/plugin-api';
import type { HeardSound } from '../figures/heard.js';
import { firstLoudSample, lastLoudSample, LOUD_THRESHOLD } from '../figures/loudness.js';

const POLL_MS = 20;
/** Quiet audio that is held back until something loud follows it, ms. */
const MAX_HELD_MS = 2000;

/**
 * Listens to continuous sound: notes when it is loud, and passes the loud part on, from the first loud block to the
 * last one. What is quiet at both ends is left out.
 */
export class SoundEar implements AudioSink {
  readonly #clock: Clock;
  readonly #passOn: AudioSink | undefined;
  #firstLoudAtMs: number | null = null;
  #lastLoudAtMs: number | null = null;
  #held: PlayoutBlock[] = [];
  #heldMs = 0;

  constructor(clock: Clock, passOn?: AudioSink) {
    this.#clock = clock;
    this.#passOn = passOn;
  }

  begin(): void {
    this.#firstLoudAtMs = null;
    this.#lastLoudAtMs = null;
    this.#held = [];
    this.#heldMs = 0;
  }

  write(block: PlayoutBlock): void {
    const { samples, sampleRateHz, atMs } = block;
    const first = firstLoudSample(samples, LOUD_THRESHOLD);
    if (first === undefined) {
      this.#hold(block);
      return;
    }
    const last = lastLoudSample(samples, LOUD_THRESHOLD) ?? first;
    this.#firstLoudAtMs ??= atMs + (1000 * first) / sampleRateHz;
    this.#lastLoudAtMs = atMs + (1000 * last) / sampleRateHz;
    for (const quiet of this.#held) this.#passOn?.write(quiet);
    this.#held = [];
    this.#heldMs = 0;
    this.#passOn?.write(block);
  }

  /** What was heard, once it has been quiet for `quietMs`, or after `timeoutMs`. */
  async collect(timeoutMs: number, quietMs: number): Promise<HeardSound> {
    const startMs = this.#clock.nowMs();
    const isOver = (): boolean => {
      const nowMs = this.#clock.nowMs();
      const quietSinceMs = Math.max(startMs, this.#lastLoudAtMs ?? startMs);
      return nowMs - startMs >= timeoutMs || nowMs - quietSinceMs >= quietMs;
    };
    while (!isOver()) await delay(this.#clock, POLL_MS);
    return {
      kind: 'sound',
      firstLoudAtMs: this.#firstLoudAtMs,
      lastLoudAtMs: this.#lastLoudAtMs,
      concealedMs: null,
    };
  }

  /** A pause within speech is kept; the silence before and after it is not, and long silence is nobody's speech. */
  #hold(block: PlayoutBlock): void {
    if (this.#firstLoudAtMs === null || this.#passOn === undefined) return;
    const blockMs = (1000 * block.samples.length) / block.sampleRateHz;
    if (this.#heldMs + blockMs > MAX_HELD_MS) return;
    this.#heldMs += blockMs;
    this.#held.push({ ...block, samples: block.samples.slice() });
  }
}
