import { delay } from '@eloquence/base';
import type { Clock, PcmChunk } from '@eloquence/plugin-api';
import type { EventFeed } from '../event-feed.js';
import { type DuePiece, type SpeechSchedule, TYPING_CHARS_PER_SECOND } from './schedule-speech.js';

/** How often text and voice are told of, ms. */
const TICK_MS = 100;
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

export interface AnnounceOptions {
  readonly utterance: number;
  readonly textLength: number;
  readonly run: SpeechRun;
  readonly eventFeed: EventFeed;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Tells how far text and voice are, until both are complete or the signal ends it. Never rejects for the signal. */
export async function announceSpeech(options: AnnounceOptions): Promise<void> {
  const announcements = [announceText(options), announceVoice(options)];
  const results = await Promise.allSettled(announcements);
  if (options.signal.aborted) return;
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function announceText({
  utterance,
  textLength,
  run,
  eventFeed,
  clock,
  signal,
}: AnnounceOptions): Promise<void> {
  const { textReadyMs } = run.schedule;
  for (;;) {
    const sinceMs = clock.nowMs() - run.startedAtMs;
    if (sinceMs >= textReadyMs) break;
    const length = Math.floor((sinceMs * TYPING_CHARS_PER_SECOND) / 1000);
    eventFeed.post('textTyped', { utterance, length: Math.min(textLength, length) });
    await delay(clock, Math.min(TICK_MS, textReadyMs - sinceMs), signal);
  }
  eventFeed.post('textReady', { utterance, length: textLength }, run.startedAtMs + textReadyMs);
}

async function announceVoice({ utterance, run, eventFeed, signal }: AnnounceOptions): Promise<void> {
  const { pieces, audioMs } = run.schedule;
  let isFirst = true;
  for await (const piece of run.pieces(signal)) {
    if (isFirst) eventFeed.post('firstPcm', { utterance }, run.firstPcmAtMs);
    isFirst = false;
    const isLast = piece === pieces.at(-1);
    const endMs = isLast
      ? audioMs
      : piece.audioStartMs + (1000 * piece.samples.length) / run.schedule.sampleRateHz;
    const fields = { utterance, audioMs: endMs, isLast };
    if (isLast) eventFeed.post('voice', fields);
    else eventFeed.postLatest(`${utterance}`, 'voice', fields);
  }
}
