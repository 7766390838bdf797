import { DisposableStore, createDeferred } from '@eloquence/base';
import {
  type Clock,
  Emitter,
  EloquenceError,
  type FrameBatch,
  type Lane,
  type LaneReport,
  type LaneUtterance,
  type LaneUtteranceEnd,
  type LaneUtteranceOptions,
  type StreamSettings,
  type Transport,
  type TransportFactory,
  type TransportOptions,
  abortedError,
  noEvent,
  noLinks,
} from '@eloquence/plugin-api';

/** A room without a network: what is written is heard a moment later, each utterance after the one before. */
export class PlainRoom {
  heardSamples = 0;
  constructor(readonly receivers: number) {}
}

/** Where a right transport can be broken, one place at a time. */
export interface PlainFaults {
  readonly acceptsAll?: boolean;
  readonly kind?: string;
  readonly lostFrame?: number;
  readonly padsLastFrame?: boolean;
  readonly sameUtteranceSequence?: boolean;
  readonly tellsStartTwice?: boolean;
  readonly isMuteAboutPlayout?: boolean;
  readonly stopsAtNewSettings?: boolean;
  readonly playsCancelled?: boolean;
  readonly isReadyForEver?: boolean;
  readonly forgetsItsEnd?: boolean;
  readonly ignoresSignal?: boolean;
  readonly opensToNobody?: boolean;
  readonly leavesUnsettled?: boolean;
  readonly swallowsAfterDispose?: boolean;
  readonly leaksTimers?: boolean;
}

/** A right transport, small enough to be broken in one place at a time. */
export class PlainTransportFactory implements TransportFactory {
  constructor(private readonly faults: PlainFaults = {}) {}

  accepts(target: unknown): boolean {
    return this.faults.acceptsAll ? target !== null : target instanceof PlainRoom;
  }

  create(target: unknown, options: TransportOptions): Transport {
    const room = target as PlainRoom;
    const { faults } = this;
    return {
      async openLane() {
        if (options.signal?.aborted && !faults.ignoresSignal) throw abortedError(options.signal);
        if (room.receivers === 0 && !faults.opensToNobody) throw new EloquenceError('NO_RECEIVER', 'nobody');
        return new PlainLane(room, options.clock, faults);
      },
      dispose: () => undefined,
    };
  }
}

class PlainLane implements Lane {
  readonly kind: 'data';
  readonly maxPayloadBytes = 1000;
  readonly receiverCount = 1;
  readonly report = new Emitter<LaneReport>();
  readonly onDidReport = this.report.event;
  readonly onDidChangeLane = noEvent;
  readonly links = noLinks;
  readonly capabilities = { frames: true, pcm: false, probe: false, wordTimings: false, perReceiver: false };
  readonly #open = new Set<PlainUtterance>();
  #utteranceSequence = 0;
  #isDisposed = false;

  constructor(
    readonly room: PlainRoom,
    readonly clock: Clock,
    readonly faults: PlainFaults,
  ) {
    this.kind = (faults.kind ?? 'data') as 'data';
  }

  canReceive(codecId: string): boolean {
    return codecId === 'pcm';
  }

  openUtterance(_options: LaneUtteranceOptions): LaneUtterance {
    if (this.#isDisposed && !this.faults.swallowsAfterDispose) throw new EloquenceError('DISPOSED', 'closed');
    if (!this.faults.sameUtteranceSequence) this.#utteranceSequence++;
    const utterance = new PlainUtterance(this, this.#utteranceSequence);
    this.#open.add(utterance);
    return utterance;
  }

  dispose(): void {
    this.#isDisposed = true;
    if (this.faults.leaksTimers) this.clock.setTimer(() => undefined, 1000);
    if (!this.faults.leavesUnsettled) for (const utterance of this.#open) utterance.cancel();
    this.#open.clear();
  }
}

class PlainUtterance implements LaneUtterance {
  bufferAheadMs = 0;
  readonly #startPlayout = new Emitter<{ readonly atMs: number }>();
  readonly onDidStartPlayout = this.#startPlayout.event;
  readonly #delivered = createDeferred<LaneUtteranceEnd>();
  readonly #played = createDeferred<LaneUtteranceEnd>();
  readonly delivered = this.#delivered.promise;
  readonly #timers = new DisposableStore();
  #late: LaneUtteranceEnd | undefined;
  #samples = 0;
  #frames = 0;
  #isOver = false;
  #isDeaf = false;

  constructor(
    readonly lane: PlainLane,
    readonly utteranceSequence: number,
  ) {}

  get played(): Promise<LaneUtteranceEnd> {
    return this.#late === undefined ? this.#played.promise : Promise.resolve(this.#late);
  }

  async ready(): Promise<void> {
    if (this.#isOver && !this.lane.faults.isReadyForEver) throw abortedError();
  }

  writeFrames(batch: FrameBatch): void {
    for (const { payload } of batch.frames) {
      if (this.#isDeaf || this.#frames++ === this.lane.faults.lostFrame) continue;
      this.#samples += payload.length / 2;
    }
  }

  writeWords(): void {
    // Nobody here wants to know.
  }

  writePcm(): Promise<void> {
    return Promise.reject(new EloquenceError('LANE_UNAVAILABLE', 'no media'));
  }

  applySettings(_settings: StreamSettings): void {
    if (this.lane.faults.stopsAtNewSettings) this.#isDeaf = true;
  }

  end(sampleCount: number): void {
    const { clock, faults, room, report } = this.lane;
    const heard = faults.padsLastFrame ? this.#samples : Math.min(sampleCount, this.#samples);
    this.#timers.add(
      clock.setTimer(() => {
        if (this.#isOver) return;
        room.heardSamples += heard;
        for (let count = faults.tellsStartTwice ? 2 : 1; count > 0; count--)
          this.#startPlayout.fire({ atMs: clock.nowMs() });
        if (!faults.isMuteAboutPlayout) report.fire(someReport(clock.nowMs(), this.utteranceSequence));
        this.#settle('complete');
      }, 5),
    );
  }

  cancel(): void {
    if (this.lane.faults.forgetsItsEnd) this.#late = this.#endOf('cancelled');
    if (this.#isOver) return;
    if (this.lane.faults.playsCancelled) this.lane.room.heardSamples += this.#samples;
    this.#settle('cancelled');
  }

  #settle(outcome: LaneUtteranceEnd['outcome']): void {
    this.#isOver = true;
    this.#timers.dispose();
    this.#delivered.resolve(this.#endOf(outcome));
    this.#played.resolve(this.#endOf(outcome));
  }

  #endOf(outcome: LaneUtteranceEnd['outcome']): LaneUtteranceEnd {
    const counts = {
      packetsSent: this.#frames,
      packetsRetransmitted: 0,
      redundantPackets: 0,
      payloadBytes: 0,
    };
    const frames = { framesSent: this.#frames, framesAcknowledged: this.#frames, framesPlayed: this.#frames };
    const stalls = { stalls: 0, stalledMs: 0, concealedMs: 0 };
    return { outcome, counters: { ...counts, ...frames, ...stalls, sentBytes: 0 } };
  }
}

function someReport(atMs: number, utteranceSequence: number): LaneReport {
  const figures = { bufferAheadMs: 0, smoothedRttMs: 5, rttVariationMs: 1, minRttMs: 5, owdVariationMs: 0 };
  const counts = { lossPercent: 0, lateFrames: 0, stalls: 0, stalledMs: 0, deliveryRateBytesPerSecond: 0 };
  return {
    receiver: 'ear',
    atMs,
    utteranceSequence,
    playout: 'finished',
    playheadFrame: 0,
    ...figures,
    ...counts,
  };
}
