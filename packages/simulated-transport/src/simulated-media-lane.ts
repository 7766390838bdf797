import { DisposableStore, createDeferred, delay } from '@eloquence/base';
import {
  type Clock,
  type Disposable,
  EloquenceError,
  Emitter,
  type Lane,
  type LaneCounters,
  type LaneReport,
  type LaneUtterance,
  type LaneUtteranceEnd,
  type LaneUtteranceOptions,
  noEvent,
  noLinks,
} from '@eloquence/plugin-api';
import type { SimulatedParticipant } from './simulated-room.js';

/** From the wish to publish a track until somebody listens to it, ms. */
const publishMs = 150;
/** Audio taken ahead of its being played, ms. */
const queueMs = 200;
const pieceMs = 10;

type Track = ReturnType<SimulatedParticipant['publishTrack']>;

/** An audio track of a simulated room, fed at the pace of playout. */
export class SimulatedMediaLane implements Lane {
  readonly kind = 'media';
  readonly capabilities = { frames: false, pcm: true, probe: false, wordTimings: false, perReceiver: false };
  readonly links = noLinks;
  readonly onDidChangeLane = noEvent;
  readonly maxPayloadBytes = 1024;
  readonly receiverCount = 1;
  readonly #owned = new DisposableStore();
  readonly #onDidReport = this.#owned.add(new Emitter<LaneReport>());
  readonly #live = new Set<MediaPart>();
  #track: Promise<Track> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #utteranceSequence = 0;

  readonly onDidReport = this.#onDidReport.event;

  constructor(
    private readonly participant: SimulatedParticipant,
    private readonly clock: Clock,
  ) {}

  canReceive(): boolean {
    return true;
  }

  openUtterance(options: LaneUtteranceOptions): LaneUtterance {
    if (this.#owned.isDisposed) throw new EloquenceError('DISPOSED', 'The lane has been closed.');
    const { continues } = options;
    if (continues !== undefined) this.#track = undefined;
    const before = this.#last;
    const open = async (): Promise<Track> => {
      await before;
      this.#track ??= delay(this.clock, publishMs).then(() => this.participant.publishTrack(continues));
      return this.#track;
    };
    const part = new MediaPart(++this.#utteranceSequence & 0xffff, options, this.clock, open);
    this.#live.add(part);
    this.#last = part.played.then(() => this.#live.delete(part));
    return part;
  }

  dispose(): void {
    for (const part of this.#live) part.cancel();
    this.#owned.dispose();
  }
}

class MediaPart implements LaneUtterance {
  readonly #options: LaneUtteranceOptions;
  readonly #clock: Clock;
  readonly #open: () => Promise<Track>;
  readonly #end = createDeferred<LaneUtteranceEnd>();
  readonly #stop = new AbortController();
  readonly #timers = new DisposableStore();
  readonly #onDidStartPlayout = new Emitter<{ readonly atMs: number }>();
  #opening: Promise<Track> | undefined;
  /** When what was handed over has been played. */
  #emptyAtMs = 0;
  #framesSent = 0;
  #handedMs = 0;
  #startedAtMs: number | undefined;
  #isOver = false;
  #writes: Promise<void> = Promise.resolve();

  readonly delivered = this.#end.promise;
  readonly played = this.#end.promise;
  readonly onDidStartPlayout = this.#onDidStartPlayout.event;

  constructor(
    readonly utteranceSequence: number,
    options: LaneUtteranceOptions,
    clock: Clock,
    open: () => Promise<Track>,
  ) {
    this.#options = options;
    this.#clock = clock;
    this.#open = open;
  }

  get bufferAheadMs(): number {
    return Math.max(0, this.#emptyAtMs - this.#clock.nowMs());
  }

  async ready(): Promise<void> {
    this.#opening ??= this.#open();
    await this.#opening;
    await this.#writes;
    this.#stop.signal.throwIfAborted();
  }

  writeFrames(): void {
    throw new EloquenceError('INTERNAL', 'The media lane takes PCM.');
  }

  writeWords(): void {
    // A track has no way for them.
  }

  writePcm(pcm: Int16Array): Promise<void> {
    this.#framesSent++;
    this.#writes = this.#writes.then(() => this.#write(pcm));
    this.#writes.catch(() => undefined);
    return this.#writes;
  }

  applySettings(): void {
    // Nothing of a track can be changed.
  }

  end(): void {
    void this.#writes
      .then(() => delay(this.#clock, this.bufferAheadMs, this.#stop.signal))
      .then(
        () => this.#finish('complete'),
        () => undefined,
      );
  }

  cancel(): void {
    this.#finish('cancelled');
  }

  async #write(pcm: Int16Array): Promise<void> {
    const track = await this.#opening!;
    const { sampleRateHz } = this.#options;
    const step = Math.round((pieceMs * sampleRateHz) / 1000);
    for (let at = 0; at < pcm.length; at += step) {
      const piece = pcm.subarray(at, at + step);
      while (this.bufferAheadMs > queueMs)
        await delay(this.#clock, this.bufferAheadMs - queueMs, this.#stop.signal);
      this.#stop.signal.throwIfAborted();
      const nowMs = this.#clock.nowMs();
      const playAtMs = Math.max(nowMs, this.#emptyAtMs);
      if (this.#startedAtMs === undefined) {
        this.#startedAtMs = playAtMs;
        this.#onDidStartPlayout.fire({ atMs: playAtMs });
      }
      this.#handedMs += (1000 * piece.length) / sampleRateHz;
      this.#emptyAtMs = playAtMs + (1000 * piece.length) / sampleRateHz;
      const timer: Disposable = this.#clock.setTimer(() => {
        this.#timers.delete(timer);
        track.play(piece);
      }, playAtMs - nowMs);
      this.#timers.add(timer);
    }
  }

  #finish(outcome: LaneUtteranceEnd['outcome']): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (outcome !== 'complete') {
      this.#stop.abort();
      this.#timers.dispose();
    }
    this.#end.resolve({ outcome, counters: this.#counters(outcome === 'complete') });
    this.#onDidStartPlayout.dispose();
  }

  #counters(isComplete: boolean): LaneCounters {
    const frames = isComplete ? this.#framesSent : 0;
    const heardMs = Math.max(0, this.#handedMs - this.bufferAheadMs);
    return {
      framesSent: this.#framesSent,
      framesAcknowledged: frames,
      framesPlayed: frames,
      heardMs,
      heardErrorMs: isComplete ? 0 : pieceMs,
      packetsSent: this.#framesSent,
      packetsRetransmitted: 0,
      redundantPackets: 0,
      payloadBytes: 0,
      sentBytes: 0,
      stalls: 0,
      stalledMs: 0,
      concealedMs: 0,
      ...(isComplete ? { deliveredAtMs: this.#clock.nowMs() } : {}),
      ...(this.#startedAtMs === undefined ? {} : { playoutStartedAtMs: this.#startedAtMs }),
    };
  }
}
