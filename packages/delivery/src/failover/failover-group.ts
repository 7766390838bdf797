import {
  type Clock,
  Emitter,
  type Disposable,
  type Lane,
  type LaneChange,
  type LaneKind,
} from '@eloquence/plugin-api';
import type { DataLane } from '../lanes/data-lane.js';
import type { FailoverLimits } from './failover-states.js';

/** What is heard so soon after a failure was on its way before, ms. */
const afterglowMs = 500;
/** How long the data lane is left alone after a failure, ms; doubles with each further one. */
const firstRestMs = 2000;
const longestRestMs = 60_000;

export interface FailoverGroupOptions {
  readonly clock: Clock;
  readonly data: DataLane;
  readonly limits: FailoverLimits;
  /** @throws EloquenceError if the media lane cannot be opened */
  readonly openMedia: () => Lane;
}

/** How an utterance begins. */
export interface FailoverStart {
  readonly kind: LaneKind;
  /** The utterance before is still heard on the other lane until then. */
  readonly after: Promise<unknown> | undefined;
  /** The change of lane that this utterance begins with. */
  readonly change: LaneChange | undefined;
}

/**
 * Receivers that are served by the same lane, today all of them: which lane that is, and what is remembered of failures
 * from one utterance to the next.
 */
export class FailoverGroup implements Disposable {
  readonly clock: Clock;
  readonly data: DataLane;
  readonly limits: FailoverLimits;
  readonly openMedia: () => Lane;
  readonly #onDidChange = new Emitter<LaneChange>();
  readonly #onDidFailToChange = new Emitter<void>();
  #kind: LaneKind;
  #failedAtMs = Number.NEGATIVE_INFINITY;
  #restUntilMs = Number.NEGATIVE_INFINITY;
  #restMs = firstRestMs;

  readonly onDidChange = this.#onDidChange.event;
  readonly onDidFailToChange = this.#onDidFailToChange.event;

  constructor({ clock, data, limits, openMedia }: FailoverGroupOptions) {
    this.clock = clock;
    this.data = data;
    this.limits = limits;
    this.openMedia = openMedia;
    this.#kind = data.answeringCount > 0 ? 'data' : 'media';
  }

  /** The lane that it is on. */
  get kind(): LaneKind {
    return this.#kind;
  }

  /** What the next utterance begins on. */
  get nextKind(): LaneKind {
    const isData = this.#kind === 'media' ? this.#areReceiversBack() : this.data.answeringCount > 0;
    return isData ? 'data' : 'media';
  }

  /** Receivers that decode this codec answer on the data lane, which has rested long enough. */
  isDataBack(codecId: string): boolean {
    // However long it takes, somebody must ask.
    this.data.keepFresh();
    return this.#areReceiversBack() && this.data.canReceive(codecId);
  }

  /**
   * Goes over to the other lane.
   *
   * @param positionMs where in the utterance the new lane begins
   * @param doubtfulMs audio beyond that place of which it is not known whether it arrived
   */
  changeTo(kind: LaneKind, positionMs: number, doubtfulMs: number): LaneChange {
    // Where nobody is, nothing has failed: who comes next is spoken to on the data lane.
    const hasFailed = kind === 'media' && this.data.receiverCount > 0;
    const change: LaneChange = {
      atMs: this.clock.nowMs(),
      from: kind === 'data' ? 'media' : 'data',
      to: kind,
      cause: kind === 'data' ? 'receiver-answered' : hasFailed ? 'data-silent' : 'no-receiver',
      positionMs,
      doubtfulMs,
    };
    this.#kind = kind;
    if (hasFailed) {
      this.#failedAtMs = change.atMs;
      this.#restUntilMs = change.atMs + this.#restMs;
      this.#restMs = Math.min(longestRestMs, 2 * this.#restMs);
    }
    this.#onDidChange.fire(change);
    return change;
  }

  noteFailureToChange(): void {
    this.#onDidFailToChange.fire();
  }

  dispose(): void {
    this.#onDidChange.dispose();
    this.#onDidFailToChange.dispose();
  }

  #areReceiversBack(): boolean {
    const { lastHeardAtMs, receiverCount } = this.data;
    if (receiverCount === 0 || this.clock.nowMs() < this.#restUntilMs) return false;
    return lastHeardAtMs > this.#failedAtMs + afterglowMs;
  }
}
