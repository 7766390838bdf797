import {
  type InboundAudioStats,
  type ReceivedStream,
  sumInboundAudioSince,
} from '@eloquence/livekit-adapter';
import type { AudioSink, SpeechReceiver } from '@eloquence/playout';
import { createWavSink, type WavSink } from '@eloquence/playout/node';
import { DisposableStore } from '@eloquence/base';
import type { Clock, Disposable, EloquenceError } from '@eloquence/plugin-api';
import { FrameRecorder } from './frame-recorder.js';
import type { CollectRequest, Heard, HeardStall } from './listener.js';
import { SoundRecorder } from './sound-recorder.js';

/** Rate at which WebRTC counts the samples it plays, Hz. */
const mediaRateHz = 48_000;
/** Silence after which sound is taken to be over, ms. */
const quietMs = 500;
/** Of one utterance; more than two minutes of speech in the smallest packets. */
const maxArrivals = 8192;
const maxStalls = 1024;
const nothing: AudioSink = { write: () => undefined };

export interface RecorderOptions {
  readonly clock: Clock;
  /** Identity of the speaker: others may speak in the room, but only it is measured, and recorded. */
  readonly speaker: string;
  /** WAV file to write. */
  readonly out?: string | undefined;
  /** Told what makes measuring on pointless. */
  readonly onFail: (error: EloquenceError) => void;
}

/** Records what one listener hears of one speaker, whatever room and lane it comes by. */
export class Recorder implements Disposable {
  readonly #options: RecorderOptions;
  readonly #owned = new DisposableStore();
  readonly #frames: FrameRecorder;
  readonly #sound: SoundRecorder;
  readonly #wav: WavSink | undefined;
  readonly #file: AudioSink;
  #speech: SpeechReceiver | undefined;
  #readInbound: (() => Promise<InboundAudioStats[]>) | undefined;
  #inboundBefore: readonly InboundAudioStats[] = [];
  #isRecording = false;
  #arrivalsAtMs: number[] = [];
  #stalls: HeardStall[] = [];
  #openStall: Pick<HeardStall, 'atMs' | 'cause'> | undefined;
  #highestFrame = -1;
  #lastPlayed = -1;

  /** @throws EloquenceError `IO_FAILED` if the WAV file cannot be created. */
  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#wav = options.out === undefined ? undefined : createWavSink(options.out);
    this.#file = this.#wav === undefined ? nothing : this.#createFileSink(this.#wav);
    this.#frames = new FrameRecorder(options.clock);
    this.#sound = new SoundRecorder(options.clock, this.#file);
  }

  /** What is due to be heard, on any lane. */
  get sound(): Pick<SoundRecorder, 'hear'> {
    return this.#sound;
  }

  /** The sink of a stream: on an audio track the speech begins somewhere, in frames it is all there is. */
  createSink({ sender, lane }: Pick<ReceivedStream, 'lane' | 'sender'>): AudioSink {
    if (sender !== this.#options.speaker) return nothing;
    if (lane === 'media') return this.#sound;
    return {
      write: (block) => {
        this.#sound.hear(block);
        this.#file.write(block);
      },
    };
  }

  /** @param readInbound statistics of audio tracks, where there are any */
  listenTo(speech: SpeechReceiver, readInbound?: () => Promise<InboundAudioStats[]>): void {
    this.#speech = speech;
    this.#readInbound = readInbound;
    const frames = this.#frames;
    const fromSpeaker =
      <E extends { readonly sender: string }>(note: (event: E) => void) =>
      (event: E): void => {
        if (event.sender === this.#options.speaker) note(event);
      };
    this.#owned.add(speech.onDidStartPlayout(fromSpeaker((event) => frames.startPlayout(event))));
    this.#owned.add(
      speech.onDidReceiveFrames(
        fromSpeaker(({ atMs, firstFrame, frameCount }) => {
          if (this.#arrivalsAtMs.length < maxArrivals) this.#arrivalsAtMs.push(atMs);
          this.#highestFrame = Math.max(this.#highestFrame, firstFrame + frameCount - 1);
        }),
      ),
    );
    this.#owned.add(
      speech.onDidPlayFrame(
        fromSpeaker((event) => {
          this.#lastPlayed = event.index;
          frames.playFrame(event);
        }),
      ),
    );
    this.#owned.add(
      speech.onDidStall(
        fromSpeaker(({ atMs }) => {
          frames.stall();
          this.#endStall(atMs);
          this.#openStall = { atMs, cause: this.#highestFrame > this.#lastPlayed ? 'hole' : 'starved' };
        }),
      ),
    );
    this.#owned.add(speech.onDidResume(fromSpeaker(({ atMs }) => this.#endStall(atMs))));
    this.#owned.add(speech.onDidFinishUtterance(fromSpeaker((event) => frames.finish(event))));
  }

  /** What is heard from now on belongs to the next utterance. */
  async begin(isRecorded: boolean): Promise<void> {
    this.#isRecording = isRecorded;
    this.#frames.begin();
    this.#sound.begin();
    this.#arrivalsAtMs = [];
    this.#stalls = [];
    this.#openStall = undefined;
    this.#highestFrame = -1;
    this.#lastPlayed = -1;
    this.#inboundBefore = await this.#inbound();
  }

  async collect({ ends, timeoutMs }: CollectRequest): Promise<Heard> {
    if (ends === 'sound') await this.#sound.collect(timeoutMs, quietMs);
    const frames = await this.#frames.collect(ends === 'frames' ? timeoutMs : 0);
    this.#endStall(this.#options.clock.nowMs());
    const { malformed = 0, unknown = 0, refused = 0 } = this.#speech?.counters ?? {};
    return {
      ...this.#sound.recorded(),
      trackConcealedMs: ends === 'sound' ? await this.#trackConcealedMs() : null,
      frames,
      arrivalsAtMs: this.#arrivalsAtMs,
      stalls: this.#stalls,
      packets: { malformed, unknown, refused },
    };
  }

  /** @throws EloquenceError `IO_FAILED` if the WAV file could not be completed. */
  dispose(): void {
    this.#owned.dispose();
    this.#wav?.close();
  }

  #endStall(atMs: number): void {
    const open = this.#openStall;
    this.#openStall = undefined;
    if (open === undefined || this.#stalls.length >= maxStalls) return;
    this.#stalls.push({ ...open, durationMs: atMs - open.atMs });
  }

  /** A stream that ends must not end the file: the next utterance follows. */
  #createFileSink(wav: WavSink): AudioSink {
    return {
      write: (block) => {
        if (!this.#isRecording) return;
        try {
          wav.write(block);
        } catch (error) {
          this.#options.onFail(error as EloquenceError);
          throw error;
        }
      },
    };
  }

  async #trackConcealedMs(): Promise<number> {
    const since = sumInboundAudioSince(this.#inboundBefore, await this.#inbound());
    return (1000 * (since.concealedSamples - since.silentConcealedSamples)) / mediaRateHz;
  }

  /** Statistics are an extra: where they cannot be had, the sound still counts. */
  async #inbound(): Promise<readonly InboundAudioStats[]> {
    return (await this.#readInbound?.().catch(() => [])) ?? [];
  }
}
