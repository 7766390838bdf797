import { DisposableStore } from '@eloquence/base';
import {
  type Clock,
  EloquenceError,
  Emitter,
  type Lane,
  type LaneChange,
  type LaneKind,
  type LaneReport,
  type LaneUtterance,
  type LaneUtteranceOptions,
  type LinkSource,
} from '@eloquence/plugin-api';
import type { DataLane } from '../lanes/data-lane.js';
import { FailoverGroup } from './failover-group.js';
import { type FailoverLimits, productionFailover } from './failover-states.js';
import { FailoverUtterance } from './failover-utterance.js';

export interface FailoverLaneOptions {
  readonly data: DataLane;
  /** Opens the lane that takes over; called when it is needed first. Its owner is the failover lane. */
  readonly openMedia: () => Lane;
  readonly clock: Clock;
  /** Departures from when the data lane counts as dead, for experiments. */
  readonly limits?: Partial<FailoverLimits>;
}

export interface FailoverCounters {
  /** From data to media because no receiver answered. */
  changesToMedia: number;
  /** From media to data because receivers answered. */
  changesToData: number;
  /** The other lane could not be opened, or what it would have had to say was not kept any more. */
  failedChanges: number;
  /** Audio that may have been heard on both lanes, ms. */
  doubtfulMs: number;
}

/**
 * The data lane while its receivers answer, the media lane while they do not, within an utterance too. What a
 * receiver is known to hold it plays out before the other lane goes on; what is not known to have arrived is kept,
 * and said again.
 */
export class FailoverLane implements Lane {
  /** Each frame with its PCM, for the lane that says it otherwise. */
  readonly capabilities = { frames: true, pcm: true, probe: true, wordTimings: true, perReceiver: true };
  readonly links: LinkSource;
  readonly maxPayloadBytes: number;
  readonly counters: FailoverCounters = {
    changesToMedia: 0,
    changesToData: 0,
    failedChanges: 0,
    doubtfulMs: 0,
  };
  readonly #options: FailoverLaneOptions;
  readonly #data: DataLane;
  readonly #owned = new DisposableStore();
  readonly #onDidReport = this.#owned.add(new Emitter<LaneReport>());
  readonly #onDidChangeLane = this.#owned.add(new Emitter<LaneChange>());
  /** Receivers that change lanes together: today all of them. */
  readonly #group: FailoverGroup;
  readonly #live = new Set<FailoverUtterance>();
  #media: Lane | undefined;
  #latest: FailoverUtterance | undefined;
  #isDisposed = false;

  readonly onDidReport = this.#onDidReport.event;
  readonly onDidChangeLane = this.#onDidChangeLane.event;

  constructor(options: FailoverLaneOptions) {
    this.#options = options;
    this.#data = this.#owned.add(options.data);
    this.links = options.data.links;
    this.maxPayloadBytes = options.data.maxPayloadBytes;
    this.#group = this.#owned.add(
      new FailoverGroup({
        clock: options.clock,
        data: this.#data,
        limits: { ...productionFailover, ...options.limits },
        openMedia: () => this.#openMedia(),
      }),
    );
    this.#owned.add(this.#group.onDidChange((change) => this.#changed(change)));
    this.#owned.add(this.#group.onDidFailToChange(() => this.counters.failedChanges++));
    this.#owned.add(this.#data.onDidReport((report) => this.#onDidReport.fire(report)));
  }

  /** What the next utterance begins on. */
  get kind(): LaneKind {
    return this.#group.nextKind;
  }

  get receiverCount(): number {
    return this.kind === 'data' ? this.#data.receiverCount : (this.#media?.receiverCount ?? 0);
  }

  canReceive(codecId: string): boolean {
    return this.#data.canReceive(codecId);
  }

  openUtterance(options: LaneUtteranceOptions): LaneUtterance {
    if (this.#isDisposed) throw new EloquenceError('DISPOSED', 'The lane has been closed.');
    const { kind } = this;
    // Between utterances nothing is on its way that could be heard twice.
    const change = kind === this.#group.kind ? undefined : this.#group.changeTo(kind, 0, 0);
    if (kind === 'media') this.#data.keepFresh();
    const before = this.#latest;
    // On one lane, utterances follow each other by themselves.
    const isOther = before !== undefined && !before.isOver && before.kind !== kind;
    const after = isOther ? before.played : undefined;
    const utterance = new FailoverUtterance(options, this.#group, { kind, after, change });
    this.#latest = utterance;
    this.#live.add(utterance);
    void utterance.played.then(() => {
      this.#live.delete(utterance);
      if (this.#latest === utterance) this.#latest = undefined;
    });
    return utterance;
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    for (const utterance of [...this.#live].reverse()) utterance.cancel();
    this.#owned.dispose();
  }

  #openMedia(): Lane {
    this.#media ??= this.#owned.add(this.#options.openMedia());
    return this.#media;
  }

  #changed(change: LaneChange): void {
    if (change.to === 'media') {
      this.counters.changesToMedia++;
      this.#data.keepFresh();
    } else this.counters.changesToData++;
    this.counters.doubtfulMs += change.doubtfulMs;
    this.#onDidChangeLane.fire(change);
  }
}

/** @see FailoverLane */
export function createFailoverLane(options: FailoverLaneOptions): FailoverLane {
  return new FailoverLane(options);
}
