import type { AudioSink, PlayoutBlock } from '@eloquence/playout';
import { delay } from '@eloquence/base';
import type { Clock } from '@eloquence/plugin-api';
import { firstLoudSample, lastLoudSample } from '../figures/first-audio.js';
import type { HeardSilence } from './listener.js';

/** Pauses between sentences are shorter, ms. */
const SHORTEST_MS = 700;
const MAX_SILENCES = 1024;

/** Notes when nothing was heard, whichever lane was to be heard. */
export class Silences {
  #loudAtMs: number | undefined;
  #found: HeardSilence[] = [];

  begin(): void {
    this.#loudAtMs = undefined;
    this.#found = [];
  }

  hear(samples: Int16Array, atMs: number): void {
    if (firstLoudSample(samples) !== undefined) this.endAt(atMs);
  }

  /** Something loud is heard from `atMs` on. */
  endAt(atMs: number): void {
    const fromMs = this.#loudAtMs;
    this.#loudAtMs = atMs;
    if (fromMs === undefined || atMs - fromMs < SHORTEST_MS || this.#found.length >= MAX_SILENCES) return;
    this.#found.push({ fromMs, toMs: atMs });
  }

  /** Those between sounds, in their order. */
  list(): readonly HeardSilence[] {
    return this.#found;
  }
}

const POLL_MS = 20;
/** Quiet audio that is held back until something loud follows it, ms. */
const MAX_HELD_MS = 2000;

/** What was loud, and when nothing was. */
export interface RecordedSound {
  readonly firstLoudAtMs: number | null;
  readonly lastLoudAtMs: number | null;
  readonly silences: readonly HeardSilence[];
}

/**
 * Listens to what leaves the loudspeaker, whichever lane it came by. As a sink it also passes the loud part on, from
 * the first loud block to the last one. What is quiet at both ends is left out.
 */
export class SoundRecorder implements AudioSink {
  readonly #clock: Clock;
  readonly #passOn: AudioSink | undefined;
  readonly #silences = new Silences();
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
    this.#silences.begin();
  }

  /**
   * Notes when a block is loud.
   *
   * @returns whether it is
   */
  hear({ samples, sampleRateHz, atMs }: Pick<PlayoutBlock, 'samples' | 'sampleRateHz' | 'atMs'>): boolean {
    const first = firstLoudSample(samples);
    if (first === undefined) return false;
    const last = lastLoudSample(samples) ?? first;
    this.#firstLoudAtMs ??= atMs + (1000 * first) / sampleRateHz;
    this.#lastLoudAtMs = atMs + (1000 * last) / sampleRateHz;
    this.#silences.endAt(atMs);
    return true;
  }

  write(block: PlayoutBlock): void {
    if (!this.hear(block)) {
      this.#hold(block);
      return;
    }
    for (const quiet of this.#held) this.#passOn?.write(quiet);
    this.#held = [];
    this.#heldMs = 0;
    this.#passOn?.write(block);
  }

  /** What was heard so far. */
  recorded(): RecordedSound {
    return {
      firstLoudAtMs: this.#firstLoudAtMs,
      lastLoudAtMs: this.#lastLoudAtMs,
      silences: this.#silences.list(),
    };
  }

  /** What was heard, once it has been quiet for `quietMs`, or after `timeoutMs`. */
  async collect(timeoutMs: number, quietMs: number): Promise<RecordedSound> {
    const startMs = this.#clock.nowMs();
    const isOver = (): boolean => {
      const nowMs = this.#clock.nowMs();
      const quietSinceMs = Math.max(startMs, this.#lastLoudAtMs ?? startMs);
      return nowMs - startMs >= timeoutMs || nowMs - quietSinceMs >= quietMs;
    };
    while (!isOver()) await delay(this.#clock, POLL_MS);
    return this.recorded();
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
