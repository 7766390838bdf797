// Longer than 300 lines: one utterance from its turn to its end, whose steps share all of its fields.
import { DisposableStore, createDeferred, delay, withTimeout } from '@eloquence/base';
import {
  EloquenceError,
  Emitter,
  type LaneCounters,
  type LaneUtterance,
  type LaneUtteranceEnd,
  type LaneUtteranceOptions,
  toEloquenceError,
} from '@eloquence/plugin-api';
import type { MediaLanePort } from './media-lane-port.js';
import type { MediaTrack, PcmResampler } from './media-track.js';
import { PlayheadCounter } from './playhead-counter.js';
import { TenMsBlocks } from './ten-ms-blocks.js';
import { waitUntilConnected } from './wait-until-connected.js';

interface OpenTrack {
  readonly track: MediaTrack;
  readonly blocks: TenMsBlocks;
  readonly resampler: PcmResampler | undefined;
}

/** How far the end of what was heard may be off when the rest is thrown away, ms: what has left the queue is heard. */
const cutErrorMs = 50;
/** …and when the listener or the connection is gone: what was on its way and in jitter buffers may be lost, ms. */
const lossErrorMs = 300;
const retryDelayMs = 20;
/** Refused pieces in a row after which the track counts as broken. */
const maxRefusals = 5;

/** One utterance on the media lane. Its audio goes in when the one before has been played. */
export class MediaUtterance implements LaneUtterance {
  readonly utteranceSequence: number;
  readonly delivered: Promise<LaneUtteranceEnd>;
  readonly played: Promise<LaneUtteranceEnd>;
  readonly #options: LaneUtteranceOptions;
  readonly #port: MediaLanePort;
  readonly #turn: Promise<void>;
  readonly #end = createDeferred<LaneUtteranceEnd>();
  readonly #stop = new AbortController();
  readonly #owned = new DisposableStore();
  readonly #onDidStartPlayout = this.#owned.add(new Emitter<{ readonly atMs: number }>());
  readonly #playhead = new PlayheadCounter();
  #opening: Promise<OpenTrack> | undefined;
  #open: OpenTrack | undefined;
  /** The last write: each waits for the one before. */
  #lastWrite: Promise<void> = Promise.resolve();
  #isWriting = true;
  #isSettled = false;
  #refusals = 0;
  #droppedBlocks = 0;
  #framesSent = 0;
  #blocksSent = 0;
  #sentBytes = 0;
  #playoutStartedAtMs: number | undefined;
  /** Audio handed to the track so far, ms, padding included. */
  #capturedMs = 0;

  readonly onDidStartPlayout = this.#onDidStartPlayout.event;

  constructor(
    utteranceSequence: number,
    options: LaneUtteranceOptions,
    port: MediaLanePort,
    turn: Promise<void>,
  ) {
    this.utteranceSequence = utteranceSequence;
    this.#options = options;
    this.#port = port;
    this.#turn = turn;
    this.delivered = this.#end.promise;
    this.played = this.#end.promise;
  }

  get bufferAheadMs(): number {
    return this.#open === undefined || this.#isSettled ? 0 : this.#open.track.queuedMs;
  }

  /** Neither ended nor over. */
  get isWriting(): boolean {
    return this.#isWriting && !this.#isSettled;
  }

  async ready(): Promise<void> {
    await this.#openTrack();
    await this.#lastWrite;
    if (this.#stop.signal.aborted) throw this.#stop.signal.reason as Error;
  }

  writeFrames(): void {
    throw new EloquenceError('INTERNAL', 'The media lane takes PCM, not encoded frames.', {
      hint: 'Call writePcm, as the kind of the lane says.',
    });
  }

  writeWords(): void {
    // A track has no way for them.
  }

  writePcm(pcm: Int16Array): Promise<void> {
    if (!this.#isWriting)
      return Promise.reject(new EloquenceError('INTERNAL', 'The utterance has been ended already.'));
    const write = this.#lastWrite.then(() => this.#write(pcm));
    this.#lastWrite = write.catch(() => undefined);
    return write;
  }

  applySettings(): void {
    // Bitrate and redundancy of a published track cannot be changed; playout is the receiver's own.
  }

  end(): void {
    if (!this.isWriting) return;
    this.#isWriting = false;
    this.#lastWrite = this.#lastWrite
      .then(() => this.#finish())
      .catch((error: unknown) => {
        this.#failWith(error);
      });
  }

  cancel(): void {
    this.#settle('cancelled', new EloquenceError('ABORTED', 'The utterance was cancelled.'));
  }

  fail(error: EloquenceError): void {
    this.#settle('failed', error);
  }

  async #write(pcm: Int16Array): Promise<void> {
    try {
      const { blocks, resampler } = await this.#openTrack();
      this.#framesSent++;
      this.#playhead.add((pcm.length * 1000) / this.#options.sampleRateHz);
      const block = blocks.push(resampler?.push(pcm) ?? pcm);
      if (block !== undefined) await this.#capture(block);
    } catch (error) {
      throw this.#failWith(error);
    }
  }

  async #finish(): Promise<void> {
    if (this.#framesSent > 0) {
      const { blocks, resampler, track } = await this.#openTrack();
      const last = resampler === undefined ? undefined : blocks.push(resampler.flush());
      if (last !== undefined) await this.#capture(last);
      const padded = blocks.flush();
      if (padded !== undefined) await this.#capture(padded);
      await this.#guard(track.waitForPlayout(), track.queuedMs + this.#port.captureTimeoutMs);
    }
    if (this.#droppedBlocks === 0) this.#settle('complete');
    else
      this.fail(
        new EloquenceError(
          'DELIVERY_INCOMPLETE',
          `${this.#droppedBlocks} pieces of audio were refused and left out.`,
          {
            value: this.#droppedBlocks,
            hint: 'The listener heard the rest; see the lane counters for how often this happens.',
          },
        ),
      );
  }

  #openTrack(): Promise<OpenTrack> {
    this.#opening ??= this.#openFirst();
    return this.#opening;
  }

  async #openFirst(): Promise<OpenTrack> {
    const { signal } = this.#stop;
    try {
      await this.#turn;
      if (signal.aborted) throw signal.reason as Error;
      await this.#waitUntilConnected();
      const { sampleRateHz } = this.#options;
      const track = await this.#port.openTrack(sampleRateHz, signal);
      if (signal.aborted) throw signal.reason as Error;
      const resampler =
        track.sampleRateHz === sampleRateHz
          ? undefined
          : this.#owned.add(this.#port.createResampler(sampleRateHz, track.sampleRateHz));
      this.#open = { track, resampler, blocks: new TenMsBlocks(track.sampleRateHz) };
      return this.#open;
    } catch (error) {
      throw this.#failWith(error);
    }
  }

  async #capture(block: Int16Array): Promise<void> {
    const { track } = await this.#openTrack();
    await this.#waitUntilConnected();
    const blockMs = (block.length * 1000) / track.sampleRateHz;
    for (let attempt = 0; ; attempt++) {
      try {
        const captured = track.capture(block);
        this.#capturedMs += blockMs;
        this.#startPlayout();
        await this.#guard(captured, this.#port.captureTimeoutMs + blockMs);
        break;
      } catch (error) {
        if (this.#stop.signal.aborted || isFatal(error)) throw error;
        this.#capturedMs -= blockMs;
        this.#port.counters.captureErrors++;
        if (attempt > 0) {
          this.#drop(error);
          return;
        }
        await delay(this.#port.clock, retryDelayMs, this.#stop.signal);
      }
    }
    this.#refusals = 0;
    this.#blocksSent++;
    this.#sentBytes += block.byteLength;
  }

  /** One refused piece must not end the sound of the session; many in a row mean that the track is gone. */
  #drop(error: unknown): void {
    this.#port.counters.droppedBlocks++;
    this.#droppedBlocks++;
    if (++this.#refusals < maxRefusals) return;
    this.#port.reportBrokenTrack();
    throw new EloquenceError(
      'LANE_UNAVAILABLE',
      `The audio track refused ${this.#refusals} pieces in a row.`,
      {
        cause: error,
        hint: 'The next utterance gets a new track.',
      },
    );
  }

  #startPlayout(): void {
    if (this.#playoutStartedAtMs !== undefined) return;
    this.#playoutStartedAtMs = this.#port.clock.nowMs();
    this.#onDidStartPlayout.fire({ atMs: this.#playoutStartedAtMs });
  }

  #guard(work: Promise<void>, timeoutMs: number): Promise<void> {
    const timedOut = (): EloquenceError => {
      this.#port.reportBrokenTrack();
      return new EloquenceError(
        'CONNECTION_LOST',
        `The audio track took nothing for ${Math.round(timeoutMs)} ms.`,
        {
          hint: 'The connection or the native audio thread is stuck; the next utterance gets a new track.',
        },
      );
    };
    const { clock } = this.#port;
    return withTimeout(work, { clock, ms: timeoutMs, signal: this.#stop.signal, error: timedOut });
  }

  #waitUntilConnected(): Promise<void> | undefined {
    const { room, clock, reconnectTimeoutMs } = this.#port;
    if (room.state === 'connected') return undefined;
    return waitUntilConnected(room, { clock, timeoutMs: reconnectTimeoutMs, signal: this.#stop.signal });
  }

  #failWith(error: unknown): EloquenceError {
    const known = toEloquenceError(error, 'LANE_UNAVAILABLE');
    this.#settle('failed', known);
    return known;
  }

  #settle(outcome: LaneUtteranceEnd['outcome'], error?: EloquenceError): void {
    if (this.#isSettled) return;
    const counters = this.#count(outcome);
    this.#isSettled = true;
    if (outcome !== 'complete') {
      this.#stop.abort(error);
      this.#open?.track.clear();
    }
    this.#end.resolve({ outcome, counters, ...(outcome === 'failed' && error ? { error } : {}) });
    this.#owned.dispose();
  }

  #count(outcome: LaneUtteranceEnd['outcome']): LaneCounters {
    const isComplete = outcome === 'complete';
    const playedMs = isComplete ? Infinity : this.#capturedMs - (this.#open?.track.queuedMs ?? 0);
    const framesPlayed = this.#playhead.playedAt(playedMs);
    const heardMs = Math.max(0, Math.min(playedMs, this.#playhead.endMs));
    const errorMs = outcome === 'failed' ? lossErrorMs : cutErrorMs;
    return {
      framesSent: this.#framesSent,
      framesAcknowledged: framesPlayed,
      framesPlayed,
      heardMs,
      heardErrorMs: isComplete || heardMs === 0 ? 0 : errorMs,
      packetsSent: this.#blocksSent,
      packetsRetransmitted: 0,
      redundantPackets: 0,
      payloadBytes: this.#sentBytes,
      sentBytes: this.#sentBytes,
      ...(isComplete && this.#framesSent > 0 ? { deliveredAtMs: this.#port.clock.nowMs() } : {}),
      ...(this.#playoutStartedAtMs === undefined ? {} : { playoutStartedAtMs: this.#playoutStartedAtMs }),
      stalls: 0,
      stalledMs: 0,
      concealedMs: 0,
    };
  }
}

/** Trouble of the connection, as opposed to the refusal of one piece. */
function isFatal(error: unknown): boolean {
  return error instanceof EloquenceError && error.code !== 'INTERNAL';
}
