import {
  type Clock,
  type EloquenceError,
  type LaneReport,
  toEloquenceError,
  type UtteranceMetrics,
} from '@eloquence/plugin-api';
import { efficiencyPercent, idealDeliveryMs, toEvenIdealPieces } from '@eloquence/testbed';
import type { ArmFigures, ArmId, DemoEventTypes, HeardRequest, NetworkSettings } from '../../protocol.js';
import type { EventFeed } from '../event-feed.js';
import { toProblem } from '../problems.js';
import type { SpeechRun } from '../speech/speech-run.js';
import { BargeIn } from './barge-in.js';

export interface ArmAccountOptions {
  readonly arm: ArmId;
  readonly utterance: number;
  readonly run: SpeechRun;
  readonly eventFeed: EventFeed;
  /** The link at the beginning, for the ideal that efficiency is measured by. */
  readonly link: NetworkSettings;
}

/** What a page takes for sound, unless it says otherwise. */
const PAGE_THRESHOLD = 0.004;

/** How sending ended. */
export interface ArmEnd {
  readonly outcome: 'complete' | 'presumed' | 'cancelled' | 'failed';
  readonly metrics?: UtteranceMetrics;
  readonly error?: EloquenceError;
  /** First PCM → handed to the network, of an arm without metrics. */
  readonly deliveryMs?: number;
  readonly overheadPerChunkMs?: number;
}

/** Keeps what happens to one utterance on one arm, and tells the pages. */
export class ArmAccount {
  readonly arm: ArmId;
  readonly utterance: number;
  readonly run: SpeechRun;
  readonly bargeIn: BargeIn;
  readonly #eventFeed: EventFeed;
  readonly #link: NetworkSettings;
  readonly #key: string;
  #frames = 0;
  #bytes = 0;
  #sentMs = 0;
  #firstAudioMs: number | null = null;
  #report: LaneReport | undefined;
  #concealedMs: number | null = null;
  #lostPackets: number | null = null;
  #wireBytes: number | null = null;
  #end: ArmEnd | undefined;

  constructor({ arm, utterance, run, eventFeed, link }: ArmAccountOptions) {
    this.arm = arm;
    this.utterance = utterance;
    this.run = run;
    this.#eventFeed = eventFeed;
    this.#link = link;
    this.#key = `${utterance} ${arm}`;
    this.bargeIn = new BargeIn(eventFeed, { arm, utterance });
  }

  /** Speech handed to the network so far, ms. */
  get sentMs(): number {
    return this.#sentMs;
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  started(settings: Pick<DemoEventTypes['armStart'], 'profile' | 'codec' | 'batcher'>): void {
    this.#eventFeed.post('armStart', { ...this.#names, ...settings });
  }

  sent(frames: number, bytes: number, audioMs: number): void {
    this.#frames += frames;
    this.#bytes += bytes;
    this.#sentMs += audioMs;
    this.#eventFeed.postLatest(this.#key, 'packets', {
      ...this.#names,
      frames: this.#frames,
      bytes: this.#bytes,
      audioMs: this.#sentMs,
    });
  }

  /** What came through the link since the arm started. */
  wire(count: Pick<DemoEventTypes['wire'], 'packets' | 'bytes' | 'lostPackets'>): void {
    this.#wireBytes = count.bytes;
    this.#eventFeed.postLatest(this.#key, 'wire', { ...this.#names, ...count });
  }

  firstAudio(atMs: number, source: 'receiver' | 'page', errorMs: number | null): void {
    const afterMs = atMs - this.run.firstPcmAtMs;
    // The receiver knows it better than a page that listens to the loudspeaker.
    if (this.#firstAudioMs === null || source === 'receiver') this.#firstAudioMs = afterMs;
    this.#eventFeed.post('firstAudio', { ...this.#names, afterMs, source, errorMs });
  }

  reported(report: LaneReport): void {
    this.#report = report;
    const { playout: state, bufferAheadMs, stalls, stalledMs, lateFrames } = report;
    this.#eventFeed.postLatest(this.#key, 'playout', {
      ...this.#names,
      state,
      bufferAheadMs,
      stalls,
      stalledMs,
      lateFrames,
    });
  }

  /** What the page heard. What comes after the end makes the end come again. */
  heard({ what, atMs, errorMs, threshold, concealedMs, lostPackets }: HeardRequest): void {
    if (concealedMs !== undefined) this.#concealedMs = concealedMs;
    if (lostPackets !== undefined) this.#lostPackets = lostPackets;
    if (what === 'firstAudio')
      this.firstAudio(atMs - this.run.loudOffsetMs(threshold ?? PAGE_THRESHOLD), 'page', errorMs);
    else this.bargeIn.silent(atMs, 'page');
    if (this.#end !== undefined) this.#postEnd(this.#end);
  }

  end(end: ArmEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#postEnd(end);
  }

  fail(error: unknown): void {
    this.end({ outcome: 'failed', error: toEloquenceError(error) });
  }

  get #names(): { readonly utterance: number; readonly arm: ArmId } {
    return { utterance: this.utterance, arm: this.arm };
  }

  #postEnd(end: ArmEnd): void {
    this.#eventFeed.post('end', {
      ...this.#names,
      outcome: end.outcome,
      figures: this.#figures(end),
      metrics: end.metrics ?? null,
      error: end.error === undefined ? null : toProblem(end.error, this.arm),
    });
  }

  #figures({ outcome, metrics, deliveryMs, overheadPerChunkMs }: ArmEnd): ArmFigures {
    // What was stopped was never delivered.
    const deliveredMs = outcome === 'complete' ? (metrics?.deliveryMs ?? deliveryMs ?? null) : null;
    const isData = metrics?.lane === 'data';
    return {
      audioMs: metrics?.audioMs ?? this.#sentMs,
      timeToFirstAudioMs: this.#firstAudioMs,
      deliveryMs: deliveredMs,
      // One yardstick for both: on the media lane, the framework counts from a source that the pace has held back.
      efficiencyPercent: isData
        ? (metrics.efficiencyPercent ?? null)
        : deliveredMs === null
          ? null
          : this.#efficiencyPercent(deliveredMs),
      overheadPerChunkMs: metrics?.overheadPerChunkMs ?? overheadPerChunkMs ?? null,
      // The media lane is not told what the listener hears.
      stalls: isData ? metrics.stalls : (this.#report?.stalls ?? null),
      stalledMs: isData ? metrics.stalledMs : (this.#report?.stalledMs ?? null),
      concealedMs: isData ? metrics.concealedMs : this.#concealedMs,
      framesLost: isData ? metrics.framesLost : this.#lostPackets,
      sentBytes: metrics?.sentBytes ?? (this.#bytes > 0 ? this.#bytes : null),
      wireBytes: this.#wireBytes,
    };
  }

  /** By the same ideal as the framework's own, with the bytes on the wire spread evenly over the speech. */
  #efficiencyPercent(deliveryMs: number): number | null {
    if (this.#wireBytes === null) return null;
    const { pieces, audioMs, firstPcmMs } = this.run.schedule;
    const { delayMs, rateKbps } = this.#link;
    const sourcePieces = pieces.map(({ dueMs, ...piece }) => ({ ...piece, atMs: dueMs - firstPcmMs }));
    const idealPieces = toEvenIdealPieces(sourcePieces, this.#wireBytes, audioMs);
    const idealMs = idealDeliveryMs(idealPieces, { rateKbps, oneWayDelayMs: delayMs });
    return Math.min(100, efficiencyPercent(idealMs, deliveryMs + delayMs) ?? 100);
  }
}

/** An arm that plays as it sends: what has been heard by a stop is the time since it began. */
export interface PacedPlayout {
  /** The first piece was sent. Later calls change nothing. */
  begin(): void;
  /** The utterance is over: a stop is none of its business any more. */
  end(): void;
}

/** Tells the account, when `signal` stops the utterance, how much of what was sent has been heard. */
export function watchStop(account: ArmAccount, clock: Clock, signal: AbortSignal): PacedPlayout {
  let startedAtMs: number | undefined;
  const onStop = (): void => {
    const heardMs = startedAtMs === undefined ? 0 : clock.nowMs() - startedAtMs;
    account.bargeIn.stop(clock.nowMs(), account.sentMs, heardMs);
  };
  signal.addEventListener('abort', onStop, { once: true });
  return {
    begin: () => {
      startedAtMs ??= clock.nowMs();
    },
    end: () => signal.removeEventListener('abort', onStop),
  };
}
