import { type Deferred, createDeferred } from '@eloquence/base';
import {
  Emitter,
  type Lane,
  type LaneReport,
  type LaneUtterance,
  type LaneUtteranceEnd,
  type LaneUtteranceOptions,
  noEvent,
  noLinks,
} from '@eloquence/plugin-api';

/** A media lane that opens, plays and fails as a test says. */
export class ScriptedMediaLane implements Lane {
  readonly kind = 'media';
  readonly capabilities = {
    frames: false,
    pcm: true,
    probe: false,
    wordTimings: false,
    perReceiver: false,
  };
  readonly links = noLinks;
  readonly onDidChangeLane = noEvent;
  readonly maxPayloadBytes = 1024;
  readonly receiverCount = 1;
  readonly onDidReport = new Emitter<LaneReport>().event;
  readonly parts: ScriptedMediaPart[] = [];
  /** Opening it throws. */
  isForbidden = false;

  canReceive(): boolean {
    return true;
  }

  openUtterance(options: LaneUtteranceOptions): ScriptedMediaPart {
    if (this.isForbidden) throw new Error('not allowed');
    const part = new ScriptedMediaPart(options);
    this.parts.push(part);
    return part;
  }

  dispose(): void {
    for (const part of this.parts) part.cancel();
  }
}

export class ScriptedMediaPart implements LaneUtterance {
  readonly utteranceSequence = 0;
  readonly bufferAheadMs = 0;
  readonly onDidStartPlayout = new Emitter<{ readonly atMs: number }>().event;
  readonly opened: Deferred<void> = createDeferred<void>();
  readonly heard: Int16Array[] = [];
  readonly #end = createDeferred<LaneUtteranceEnd>();
  readonly delivered = this.#end.promise;
  readonly played = this.#end.promise;
  isEnded = false;
  isCancelled = false;

  constructor(readonly options: LaneUtteranceOptions) {
    this.opened.promise.catch(() => undefined);
  }

  ready(): Promise<void> {
    return this.opened.promise;
  }

  writeFrames(): void {
    throw new Error('a media lane takes PCM');
  }

  writeWords(): void {
    // A track has no way for them.
  }

  writePcm(pcm: Int16Array): Promise<void> {
    this.heard.push(pcm);
    return Promise.resolve();
  }

  applySettings(): void {
    // Nothing to change.
  }

  end(): void {
    this.isEnded = true;
  }

  cancel(): void {
    this.isCancelled = true;
    this.finish('cancelled');
  }

  /** Everything has been played, or it failed. */
  finish(outcome: LaneUtteranceEnd['outcome'] = 'complete'): void {
    const none = {
      framesSent: 0,
      framesAcknowledged: 0,
      framesPlayed: 0,
      packetsSent: 0,
      packetsRetransmitted: 0,
    };
    const more = {
      redundantPackets: 0,
      payloadBytes: 0,
      sentBytes: 0,
      stalls: 0,
      stalledMs: 0,
      concealedMs: 0,
    };
    this.#end.resolve({ outcome, counters: { ...none, ...more } });
  }
}
