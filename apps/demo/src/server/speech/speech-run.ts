import { delay } from '@eloquence/base';
import type { Clock, PcmChunk } from '@eloquence/plugin-api';
import type { DuePiece, SpeechSchedule } from './schedule-speech.js';

/** Of 16-bit PCM. */
const FULL_SCALE = 32_768;

/** One utterance's speech as time goes by: every arm is given the same pieces at the same times. */
export class SpeechRun {
  readonly schedule: SpeechSchedule;
  readonly startedAtMs: number;
  readonly #clock: Clock;

  constructor(schedule: SpeechSchedule, clock: Clock) {
    this.schedule = schedule;
    this.#clock = clock;
    this.startedAtMs = clock.nowMs();
  }

  /** When the voice has its first piece: what all figures count from. */
  get firstPcmAtMs(): number {
    return this.startedAtMs + this.schedule.firstPcmMs;
  }

  /** Where the speech is first as loud as `threshold` (0…1), ms from its beginning; 0 if it never is. */
  loudOffsetMs(threshold: number): number {
    const { pieces, sampleRateHz } = this.schedule;
    const least = threshold * FULL_SCALE;
    for (const { audioStartMs, samples } of pieces) {
      const at = samples.findIndex((sample) => Math.abs(sample) >= least);
      if (at >= 0) return audioStartMs + (1000 * at) / sampleRateHz;
    }
    return 0;
  }

  /** The pieces, each when it is due; late ones at once. */
  async *pieces(signal: AbortSignal): AsyncGenerator<DuePiece, void, void> {
    for (const piece of this.schedule.pieces) {
      const waitMs = this.startedAtMs + piece.dueMs - this.#clock.nowMs();
      if (waitMs > 0) await delay(this.#clock, waitMs, signal);
      signal.throwIfAborted();
      yield piece;
    }
  }

  /** The same as a voice gives them, until the signal ends it. `onTake` hears of each piece as it is taken. */
  async *chunks(
    signal: AbortSignal,
    onTake: (piece: DuePiece) => void,
  ): AsyncGenerator<PcmChunk, void, void> {
    const { sampleRateHz } = this.schedule;
    try {
      for await (const piece of this.pieces(signal)) {
        onTake(piece);
        const { endsPhrase, words } = piece;
        // A copy: the chunk's samples belong to whoever takes it, and other arms take the same ones.
        const chunk = { samples: piece.samples.slice(), sampleRateHz, endsPhrase };
        yield words.length === 0 ? chunk : { ...chunk, words };
      }
    } catch (error) {
      // To be stopped is no failure of the voice.
      if (!signal.aborted) throw error;
    }
  }
}
