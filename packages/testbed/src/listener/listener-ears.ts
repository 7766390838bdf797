import {
  type InboundAudioStats,
  type ReceivedStream,
  sumInboundAudioSince,
} from '@eloquence/livekit-adapter';
import type { AudioSink, SpeechReceiver } from '@eloquence/playout';
import { createWavSink, type WavSink } from '@eloquence/playout/node';
import { DisposableStore } from '@eloquence/base';
import type { Clock, Disposable, EloquenceError } from '@eloquence/plugin-api';
import type { HeardSound } from '../figures/heard.js';
import type { Collected, CollectRequest } from './arm-listener.js';
import { FrameEar } from './frame-ear.js';
import { SoundEar } from './sound-ear.js';

/** Rate at which WebRTC counts the samples it plays, Hz. */
const MEDIA_RATE_HZ = 48_000;
const NOTHING: AudioSink = { write: () => undefined };

export interface ListenerEarsOptions {
  readonly clock: Clock;
  /** Identity of the speaker: others may speak in the room, but only it is measured, and recorded. */
  readonly speaker: string;
  /** WAV file to write. */
  readonly out: string | undefined;
  /** Told what makes measuring on pointless. */
  readonly onFail: (error: EloquenceError) => void;
}

/** What a listener measures, whatever room it is in. */
export class ListenerEars implements Disposable {
  readonly #options: ListenerEarsOptions;
  readonly #owned = new DisposableStore();
  readonly #frameEar: FrameEar;
  readonly #soundEar: SoundEar;
  readonly #wav: WavSink | undefined;
  readonly #file: AudioSink;
  #speech: SpeechReceiver | undefined;
  #readInbound: (() => Promise<InboundAudioStats[]>) | undefined;
  #inboundBefore: readonly InboundAudioStats[] = [];
  #isRecording = false;

  /** @throws EloquenceError `IO_FAILED` if the WAV file cannot be created. */
  constructor(options: ListenerEarsOptions) {
    this.#options = options;
    this.#wav = options.out === undefined ? undefined : createWavSink(options.out);
    this.#file = this.#wav === undefined ? NOTHING : this.#createFileSink(this.#wav);
    this.#frameEar = new FrameEar(options.clock);
    this.#soundEar = new SoundEar(options.clock, this.#file);
  }

  /** The sink of a stream. */
  createSink(stream: Pick<ReceivedStream, 'lane' | 'sender'>): AudioSink {
    if (stream.sender !== this.#options.speaker) return NOTHING;
    return stream.lane === 'media' ? { write: (block) => this.#soundEar.write(block) } : this.#file;
  }

  /** @param readInbound statistics of the media lane, where there is one */
  listenTo(speech: SpeechReceiver, readInbound?: () => Promise<InboundAudioStats[]>): void {
    this.#speech = speech;
    this.#readInbound = readInbound;
    const ear = this.#frameEar;
    const isSpeaker = ({ sender }: { readonly sender: string }): boolean => sender === this.#options.speaker;
    this.#owned.add(speech.onDidStartPlayout((event) => isSpeaker(event) && ear.startPlayout(event)));
    this.#owned.add(speech.onDidPlayFrame((event) => isSpeaker(event) && ear.playFrame(event)));
    this.#owned.add(speech.onDidStall((event) => isSpeaker(event) && ear.stall()));
    this.#owned.add(speech.onDidFinishUtterance((event) => isSpeaker(event) && ear.finish(event)));
  }

  async begin(isRecorded: boolean): Promise<void> {
    this.#isRecording = isRecorded;
    this.#frameEar.begin();
    this.#soundEar.begin();
    this.#inboundBefore = await this.#inbound();
  }

  async collect({ kind, timeoutMs, quietMs }: CollectRequest): Promise<Collected> {
    const heard =
      kind === 'frames'
        ? await this.#frameEar.collect(timeoutMs)
        : await this.#collectSound(timeoutMs, quietMs);
    const { malformed = 0, unknown = 0, refused = 0 } = this.#speech?.counters ?? {};
    return { heard, packets: { malformed, unknown, refused } };
  }

  /** @throws EloquenceError `IO_FAILED` if the WAV file could not be completed. */
  dispose(): void {
    this.#owned.dispose();
    this.#wav?.close();
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

  async #collectSound(timeoutMs: number, quietMs: number): Promise<HeardSound> {
    const heard = await this.#soundEar.collect(timeoutMs, quietMs);
    const since = sumInboundAudioSince(this.#inboundBefore, await this.#inbound());
    const concealed = since.concealedSamples - since.silentConcealedSamples;
    return { ...heard, concealedMs: (1000 * concealed) / MEDIA_RATE_HZ };
  }

  /** Statistics are an extra: where they cannot be had, the sound still counts. */
  async #inbound(): Promise<readonly InboundAudioStats[]> {
    return (await this.#readInbound?.().catch(() => [])) ?? [];
  }
}
