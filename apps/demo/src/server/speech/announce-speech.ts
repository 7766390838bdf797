import { delay } from '@eloquence/base';
import type { Clock } from '@eloquence/plugin-api';
import type { Bulletin } from '../bulletin.js';
import { TYPING_CHARS_PER_SECOND } from './schedule-speech.js';
import type { SpeechRun } from './speech-run.js';

const TICK_MS = 100;

export interface AnnounceOptions {
  readonly utterance: number;
  readonly textLength: number;
  readonly run: SpeechRun;
  readonly bulletin: Bulletin;
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
  bulletin,
  clock,
  signal,
}: AnnounceOptions): Promise<void> {
  const { textReadyMs } = run.schedule;
  for (;;) {
    const sinceMs = clock.nowMs() - run.startedAtMs;
    if (sinceMs >= textReadyMs) break;
    const length = Math.floor((sinceMs * TYPING_CHARS_PER_SECOND) / 1000);
    bulletin.post('textTyped', { utterance, length: Math.min(textLength, length) });
    await delay(clock, Math.min(TICK_MS, textReadyMs - sinceMs), signal);
  }
  bulletin.post('textReady', { utterance, length: textLength }, run.startedAtMs + textReadyMs);
}

async function announceVoice({ utterance, run, bulletin, signal }: AnnounceOptions): Promise<void> {
  const { pieces, audioMs } = run.schedule;
  let isFirst = true;
  for await (const piece of run.pieces(signal)) {
    if (isFirst) bulletin.post('firstPcm', { utterance }, run.firstPcmAtMs);
    isFirst = false;
    const isLast = piece === pieces.at(-1);
    const endMs = isLast
      ? audioMs
      : piece.audioStartMs + (1000 * piece.samples.length) / run.schedule.sampleRateHz;
    const fields = { utterance, audioMs: endMs, isLast };
    if (isLast) bulletin.post('voice', fields);
    else bulletin.postLatest(`${utterance}`, 'voice', fields);
  }
}
