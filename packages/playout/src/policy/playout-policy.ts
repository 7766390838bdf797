import type { Clock } from '@eloquence/plugin-api';
import type { ArrivalForecast } from '@eloquence/link';
import type { BufferBudget } from '../buffer/buffer-budget.js';
import { ClockDrift, type LengthRequest } from './clock-drift.js';
import type { Utterance } from '../depacketize/utterance.js';
import type { UtteranceQueue } from '../buffer/utterance-queue.js';

/** An utterance that waits this long for frames is given up when a later one is ready, ms. */
const giveUpAfterMs = 5000;
/** A later utterance waits this long for an earlier one of which nothing has arrived yet, ms. */
const predecessorGraceMs = 250;
/** Timers may fire this much before their time, by rounding, ms. */
const timerToleranceMs = 0.01;

/** Below this, loss is no reason to wait, %. */
const leastLossPercent = 2;
/** A source that is not this much faster than real time needs two packets ahead. */
const slowGrowth = 1.5;
/** From here on the next packet is due long before the level runs out: jitter is no reason to wait. */
const fastGrowth = 2;
/** Time stalled counts for this much of time waited before the start. */
const lossWeight = 1.5;
/** For a source hardly faster than real time, at most, ms. */
const longestPatienceMs = 400;
/**
 * …and for a faster one, which makes up by itself for what it lacked at the start: on link D 120 ms instead of 400
 * start speech 40 ms sooner, with as few stalls (simulated, n 320).
 */
const fastPatienceMs = 120;

/** Below this lead, playout becomes careful, ms. */
const shortBufferAheadMs = 150;
/** Without anything new for this long, or this many spacings, audio is not fresh. */
const leastStaleMs = 40;
const staleSpacings = 1.5;
/** A gap is filled for so long at most, ms: a repeated period sounds like speech no longer. */
export const longestFillMs = 60;
/** With more than this left, playout does not pause at a word boundary of its own accord, ms. */
const boundaryBufferAheadMs = 60;

/** What becomes of an utterance that waits: it plays, it ends here, or it is looked at again. */
export type PlayoutStep =
  | 'play'
  | 'give up'
  /** Earlier if something arrives; `Infinity`: only then. */
  | { readonly waitUntilMs: number };

/** What a step depends on besides the utterance itself. Times on the injected clock. */
export interface PlayoutSituation {
  readonly nowMs: number;
  readonly queue: UtteranceQueue;
  /** False while the sink would let nothing be heard. */
  readonly isSinkOpen: boolean;
  /** Until then the block that fades out is sounding. */
  readonly notBeforeMs: number;
  /** Since when the utterance has been the first of the queue. */
  readonly frontSinceMs: number;
  /** What is missing now will not come. */
  readonly isSenderGone: boolean;
}

/** What the arrivals of the stream let playout expect. */
export interface DelayForecaster {
  readonly spacingMs: number;
  readonly repairMs: number;
  forecast(): ArrivalForecast;
}

export interface PlayoutPolicyOptions {
  readonly clock: Clock;
  readonly blockMs: number;
  readonly budget: BufferBudget;
  /** Margins, stretching, concealment and early pauses go by it; without it, there are none. */
  readonly forecaster: DelayForecaster | undefined;
  /** Audio of an utterance that could be heard without a break, ms. */
  readonly bufferAheadMs: (utterance: Utterance) => number;
}

/**
 * When playout starts, waits, goes on after a stall and gives up, and when it stretches, conceals or pauses of its own
 * accord. Decides, and does nothing.
 */
export class PlayoutPolicy {
  readonly #options: PlayoutPolicyOptions;
  readonly #drift = new ClockDrift();

  constructor(options: PlayoutPolicyOptions) {
    this.#options = options;
  }

  /**
   * Whether the first utterance of the queue starts: its start level is there, and the margin beyond it, or the
   * patience for that is spent; the sink is open; and no earlier utterance may still be on its way.
   */
  start(front: Utterance, situation: PlayoutSituation): PlayoutStep {
    const { nowMs, queue, notBeforeMs } = situation;
    const levelMs = front.settings?.initialBufferMs ?? 0;
    if (!this.#isReady(front, levelMs)) return this.#waitOrGiveUp(front, situation);
    const marginUntilMs = this.#marginUntilMs(front, levelMs, nowMs);
    if (marginUntilMs > nowMs + timerToleranceMs) return { waitUntilMs: marginUntilMs };
    // Whoever opens the sink wakes playout.
    if (!situation.isSinkOpen) return { waitUntilMs: Infinity };
    const fromMs = queue.hasUnknownBefore(front)
      ? Math.max(notBeforeMs, front.firstPacketAtMs + predecessorGraceMs)
      : notBeforeMs;
    return fromMs > nowMs + timerToleranceMs ? { waitUntilMs: fromMs } : 'play';
  }

  /** Whether a stalled utterance goes on. */
  resume(front: Utterance, situation: PlayoutSituation): PlayoutStep {
    if (front.isPlayedToEnd || this.#isReady(front, front.settings?.rebufferMs ?? 0)) return 'play';
    return this.#waitOrGiveUp(front, situation);
  }

  /** Call for each frame that leaves the buffer: whether it is to be heard longer or shorter than it is. */
  evaluateLength(utterance: Utterance): LengthRequest {
    const { forecaster, clock } = this.#options;
    if (forecaster === undefined) return 'as it is';
    const shortage = this.#shortage(utterance, forecaster);
    // What is there to its end has no clock to follow any more.
    const drift = utterance.isPlayableToEnd
      ? 'as it is'
      : this.#drift.judge(utterance, shortage.bufferAheadMs, clock.nowMs());
    return shouldStretch(shortage) ? 'longer' : drift;
  }

  /** @param isQuiet the speech pauses where playout is, and the sink holds nothing that would sound on */
  shouldPauseEarly(utterance: Utterance, isQuiet: boolean): boolean {
    const { forecaster } = this.#options;
    return (
      forecaster !== undefined && isQuiet && shouldPauseEarly(this.#shortage(utterance, forecaster), isQuiet)
    );
  }

  /**
   * Whether made-up audio is put where a frame is missing.
   *
   * @param filledMs what has been filled of this gap
   * @param dryInMs until the sink falls silent: it is filled at its end only
   */
  shouldFill(utterance: Utterance, filledMs: number, dryInMs: number): boolean {
    const { forecaster, blockMs } = this.#options;
    if (forecaster === undefined || dryInMs > blockMs) return false;
    return shouldFill(this.#shortage(utterance, forecaster), filledMs);
  }

  /** Until when what is beyond the start level is waited for; now or before if it is there, or none is wanted. */
  #marginUntilMs(front: Utterance, levelMs: number, nowMs: number): number {
    const { forecaster } = this.#options;
    if (forecaster === undefined) return nowMs;
    front.levelReachedAtMs ??= nowMs;
    const { marginMs, patienceMs } = startMargin(levelMs, forecaster.forecast());
    return this.#isReady(front, levelMs + marginMs) ? nowMs : front.levelReachedAtMs + patienceMs;
  }

  /** What waits for frames keeps waiting, unless they will hardly come and somebody else is ready. */
  #waitOrGiveUp(
    front: Utterance,
    { nowMs, queue, frontSinceMs, isSenderGone }: PlayoutSituation,
  ): PlayoutStep {
    const isOtherReady = queue.items.some(
      (item) => item !== front && this.#isReady(item, item.settings?.initialBufferMs ?? 0),
    );
    if (!isOtherReady && !isSenderGone) return { waitUntilMs: Infinity };
    const sinceMs = Math.max(front.progress.stalledSinceMs ?? frontSinceMs, front.lastFrameAtMs ?? -Infinity);
    const giveUpAtMs = sinceMs + giveUpAfterMs;
    return nowMs >= giveUpAtMs - timerToleranceMs ? 'give up' : { waitUntilMs: giveUpAtMs };
  }

  #isReady(utterance: Utterance, levelMs: number): boolean {
    const { bufferAheadMs, budget, blockMs } = this.#options;
    return shouldStart({
      contiguousMs: bufferAheadMs(utterance),
      levelMs: Math.max(levelMs, blockMs),
      isPlayableToEnd: utterance.isPlayableToEnd,
      isBufferFull: budget.isFull,
    });
  }

  #shortage(utterance: Utterance, { spacingMs, repairMs }: DelayForecaster): ShortageInputs {
    const nowMs = this.#options.clock.nowMs();
    const { blockedSinceMs } = utterance;
    return {
      bufferAheadMs: this.#options.bufferAheadMs(utterance),
      isPlayableToEnd: utterance.isPlayableToEnd,
      isBlocked: blockedSinceMs !== undefined,
      sinceFrameMs: nowMs - (utterance.lastFrameAtMs ?? nowMs),
      spacingMs,
      retransmissionInMs:
        blockedSinceMs === undefined || repairMs === 0
          ? undefined
          : Math.max(0, blockedSinceMs + repairMs - nowMs),
    };
  }
}

/** What the decision to start, or to go on after a stall, looks at. */
export interface StartInputs {
  /** Decodable audio from the playhead on, ms. */
  readonly contiguousMs: number;
  /** What the sender asks to be gathered first, ms. */
  readonly levelMs: number;
  /** Everything up to the utterance's end can be played. */
  readonly isPlayableToEnd: boolean;
  /** No more fits in: waiting longer would gain nothing. */
  readonly isBufferFull: boolean;
}

/** Whether playout may start or resume. A pure function. */
export function shouldStart(inputs: StartInputs): boolean {
  if (inputs.isPlayableToEnd) return true;
  if (inputs.contiguousMs <= 0) return false;
  return inputs.isBufferFull || inputs.contiguousMs >= inputs.levelMs;
}

/** What is to be gathered beyond the start level, and how long that may take. */
export interface StartMargin {
  readonly marginMs: number;
  /** Playout starts without the margin when it has waited so long for it, ms. */
  readonly patienceMs: number;
}

const none: StartMargin = { marginMs: 0, patienceMs: 0 };

/**
 * What a receiver adds to the sender's start level by what it has measured in earlier utterances; nothing before the
 * first. While audio comes faster than it is played, waiting costs every utterance and helps only those that lose a
 * packet: it pays where a packet's time is less than the time that losses cost on average, loss · time to repeat,
 * and is not begun elsewhere.
 */
export function startMargin(levelMs: number, forecast: ArrivalForecast): StartMargin {
  const { utterances, spacingMs, growth, repairMs, pdvP95Ms } = forecast;
  if (utterances === 0 || spacingMs <= 0) return none;
  const packetMs = Math.max(spacingMs * growth, 1);
  if (growth < slowGrowth) {
    // The next packet is worth the wait; one that is lost is not.
    const patienceMs = Math.min(longestPatienceMs, 1.5 * spacingMs);
    return grown(Math.max(2 * packetMs, pdvP95Ms) - levelMs, patienceMs);
  }
  const loss = forecast.lossPercent / 100;
  const lossCostMs = forecast.lossPercent > leastLossPercent ? loss * repairMs : 0;
  const packets = Math.floor((lossWeight * lossCostMs) / spacingMs);
  if (packets === 0)
    return growth < fastGrowth
      ? grown(spacingMs + pdvP95Ms - levelMs, Math.min(fastPatienceMs, pdvP95Ms))
      : none;
  const patienceMs = Math.min(fastPatienceMs, (packets + 0.5) * spacingMs);
  return grown(Math.min(spacingMs + repairMs - levelMs, packets * packetMs), patienceMs);
}

function grown(marginMs: number, patienceMs: number): StartMargin {
  return marginMs <= 0 ? none : { marginMs, patienceMs };
}

/** What is known when audio runs short. Times in ms. */
export interface ShortageInputs {
  /** Audio that can be heard without a break. */
  readonly bufferAheadMs: number;
  /** Everything up to the end is there. */
  readonly isPlayableToEnd: boolean;
  /** A packet is missing, and later ones are there. */
  readonly isBlocked: boolean;
  /** Since the last new frame arrived. */
  readonly sinceFrameMs: number;
  /** Usual time from packet to packet; 0 if unknown. */
  readonly spacingMs: number;
  /** Until the missing packet's repeat is expected; `undefined` if unknown. */
  readonly retransmissionInMs: number | undefined;
}

/** Speech and pauses are to be made longer: less than 150 ms are left, and what follows is late. */
export function shouldStretch(inputs: ShortageInputs): boolean {
  if (inputs.isPlayableToEnd || inputs.bufferAheadMs >= shortBufferAheadMs) return false;
  return inputs.isBlocked || inputs.sinceFrameMs > Math.max(leastStaleMs, staleSpacings * inputs.spacingMs);
}

/**
 * A gap may be bridged by concealment: later frames are there, and the repeat is due before the fill has faded away.
 *
 * @param filledMs what has been filled of this gap
 */
export function shouldFill(inputs: ShortageInputs, filledMs: number): boolean {
  if (!inputs.isBlocked || inputs.isPlayableToEnd || filledMs >= longestFillMs) return false;
  return (
    inputs.retransmissionInMs === undefined || filledMs > 0 || inputs.retransmissionInMs <= longestFillMs
  );
}

/** In a pause of the speech: better to stop here than within the next word, the repeat being far. */
export function shouldPauseEarly(inputs: ShortageInputs, isQuiet: boolean): boolean {
  if (!isQuiet || !inputs.isBlocked || inputs.isPlayableToEnd || inputs.bufferAheadMs > boundaryBufferAheadMs)
    return false;
  return (
    inputs.retransmissionInMs !== undefined &&
    inputs.retransmissionInMs > inputs.bufferAheadMs + longestFillMs
  );
}
