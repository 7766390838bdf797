import type { Clock } from '@eloquence/plugin-api';
import type { ArrivalForecast } from '../arrival/arrival-pace.js';
import { ClockDrift, type LengthWish } from './clock-drift.js';
import { type ShortageInputs, shouldFill, shouldPauseEarly, shouldStretch } from './stall-guard.js';
import { startMargin } from './start-margin.js';
import type { Utterance } from './utterance.js';

/** What the arrivals of the stream let playout expect. */
export interface PlayoutOutlook {
  readonly spacingMs: number;
  readonly repairMs: number;
  forecast(): ArrivalForecast;
}

/** What playout does of its own accord against stalls, by what the arrivals let it expect. Decides, and does nothing. */
export class Smoothing {
  readonly #outlook: PlayoutOutlook;
  readonly #clock: Clock;
  readonly #leadMs: (utterance: Utterance) => number;
  readonly #drift = new ClockDrift();

  constructor(outlook: PlayoutOutlook, clock: Clock, leadMs: (utterance: Utterance) => number) {
    this.#outlook = outlook;
    this.#clock = clock;
    this.#leadMs = leadMs;
  }

  /** What to gather beyond the start level, ms, and until when that is waited for. */
  startMargin(front: Utterance, nowMs: number): { readonly marginMs: number; readonly untilMs: number } {
    front.levelReachedAtMs ??= nowMs;
    const { marginMs, patienceMs } = startMargin(front.settings?.startMs ?? 0, this.#outlook.forecast());
    return { marginMs, untilMs: front.levelReachedAtMs + patienceMs };
  }

  /** Call for each frame that leaves the buffer: whether it is to be heard longer or shorter than it is. */
  judgeLength(utterance: Utterance): LengthWish {
    const shortage = this.#shortage(utterance);
    // What is there to its end has no clock to follow any more.
    const drift = utterance.isPlayableToEnd
      ? 'as it is'
      : this.#drift.judge(utterance, shortage.leadMs, this.#clock.nowMs());
    return shouldStretch(shortage) ? 'longer' : drift;
  }

  shouldPauseEarly(utterance: Utterance): boolean {
    return shouldPauseEarly(this.#shortage(utterance), true);
  }

  /** @param filledMs what has been filled of this gap */
  shouldFill(utterance: Utterance, filledMs: number): boolean {
    return shouldFill(this.#shortage(utterance), filledMs);
  }

  #shortage(utterance: Utterance): ShortageInputs {
    const nowMs = this.#clock.nowMs();
    const { blockedSinceMs } = utterance;
    const { spacingMs, repairMs } = this.#outlook;
    return {
      leadMs: this.#leadMs(utterance),
      isPlayableToEnd: utterance.isPlayableToEnd,
      isBlocked: blockedSinceMs !== undefined,
      sinceFrameMs: nowMs - (utterance.lastFrameAtMs ?? nowMs),
      spacingMs,
      repeatInMs:
        blockedSinceMs === undefined || repairMs === 0
          ? undefined
          : Math.max(0, blockedSinceMs + repairMs - nowMs),
    };
  }
}
