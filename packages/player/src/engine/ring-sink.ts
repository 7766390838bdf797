import { Emitter, type Event } from '@eloquence/plugin-api';
import { type AudioSink, type PlayoutBlock, type SinkBuffer, StreamResampler } from '@eloquence/playout';
import { SoundMap, type SoundingListener } from './sound-map.js';
import type { VoiceWriter } from './voice-writer.js';

/** What all sinks of a player have in common. */
export interface OutputState {
  readonly sampleRateHz: number;
  readonly aheadMs: number;
  /** From the worklet to the ear, ms. */
  readonly latencyMs: number;
  readonly isRunning: boolean;
  readonly onDidRun: Event<void>;
  nowMs(): number;
}

/** Brings one stream of speech to the rate of the audio context, and into a voice of the worklet. */
export class RingSink implements AudioSink {
  readonly buffer: SinkBuffer;
  readonly #voice: VoiceWriter;
  readonly #output: OutputState;
  readonly #map: SoundMap;
  readonly #onDidStart = new Emitter<number>();
  #resampler: StreamResampler | undefined;
  #inputRateHz = 0;
  #utteranceSequence: number | undefined;
  /** Position of the first sample after silence, until the worklet has sounded it. */
  #awaited: number | undefined;
  #droppedSamples = 0;

  constructor(voice: VoiceWriter, output: OutputState, onSounding: SoundingListener) {
    this.#voice = voice;
    this.#output = output;
    this.#map = new SoundMap(output.sampleRateHz, (news) =>
      onSounding({ ...news, atMs: news.atMs + output.latencyMs }),
    );
    const queuedMs = (): number => this.#queuedMs();
    this.buffer = {
      aheadMs: output.aheadMs,
      get queuedMs() {
        return queuedMs();
      },
      get latencyMs() {
        return output.latencyMs;
      },
      get isOpen() {
        return output.isRunning;
      },
      onDidOpen: output.onDidRun,
      onDidStart: this.#onDidStart.event,
    };
  }

  /** Samples for which the ring had no room. */
  get droppedSamples(): number {
    return this.#droppedSamples;
  }

  write({ samples, sampleRateHz, utteranceSequence = 0, positionMs = 0 }: PlayoutBlock): void {
    if (sampleRateHz !== this.#inputRateHz) {
      this.finishUtterance();
      this.#inputRateHz = sampleRateHz;
      this.#resampler = new StreamResampler(sampleRateHz, this.#output.sampleRateHz);
    }
    if (utteranceSequence !== this.#utteranceSequence) {
      this.#resampler!.reset();
      this.#utteranceSequence = utteranceSequence;
    }
    this.#map.noteBlock(this.#voice.written, utteranceSequence, positionMs);
    this.#append(this.#resampler!.push(samples));
  }

  clear(): void {
    const nowMs = this.#output.nowMs();
    this.#map.clear(this.#voice.position(nowMs), nowMs);
    this.#resampler?.reset();
    this.#voice.clear();
    this.#awaited = undefined;
    this.#utteranceSequence = undefined;
  }

  takeBack(durationMs: number): void {
    this.finishUtterance();
    const cut = this.#voice.takeBack(Math.round((durationMs * this.#output.sampleRateHz) / 1000));
    this.#map.noteCut(cut.from, cut.until);
  }

  finishUtterance(): void {
    if (this.#resampler === undefined) return;
    const rest = this.#resampler.finish();
    if (rest.length > 0) this.#droppedSamples += this.#voice.write(rest);
  }

  end(): void {
    this.#voice.close();
    this.#onDidStart.dispose();
  }

  /** The worklet told where it is. */
  notePosition(position: number, isMoving: boolean): void {
    const nowMs = this.#output.nowMs();
    this.#voice.notePosition(position, isMoving, nowMs);
    this.#noteStart(position, nowMs);
    if (isMoving) this.#map.moveTo(position, nowMs);
    else this.#map.fallSilent(position, nowMs);
  }

  /** `position` was the first sample after silence, and has been sounded. */
  noteStarted(position: number): void {
    const nowMs = this.#output.nowMs();
    const sounded = (position + 1) >>> 0;
    this.#voice.notePosition(position, true, nowMs);
    this.#noteStart(sounded, nowMs);
    this.#map.moveTo(sounded, nowMs);
  }

  #noteStart(position: number, nowMs: number): void {
    if (this.#awaited === undefined || ((position - this.#awaited) | 0) <= 0) return;
    this.#awaited = undefined;
    this.#onDidStart.fire(nowMs);
  }

  #append(samples: Float32Array): void {
    if (samples.length === 0) return;
    if (this.#queuedMs() === 0) this.#awaited ??= this.#voice.written;
    this.#droppedSamples += this.#voice.write(samples);
  }

  #queuedMs(): number {
    return (this.#voice.queued(this.#output.nowMs()) * 1000) / this.#output.sampleRateHz;
  }
}
