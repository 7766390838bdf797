import {
  connectRoom,
  type InboundAudioStats,
  type ReceivedStream,
  type Room,
  sumInboundAudioSince,
} from '@eloquence/livekit-adapter';
import type { AudioSink, SpeechReceiver } from '@eloquence/playout';
import { createWavSink, type WavSink } from '@eloquence/playout/node';
import { type Clock, createSystemClock, DisposableStore, type EloquenceError } from '@eloquence/plugin-api';
import { attachListener, type Listener } from '@eloquence/streamer';
import type { Heard, HeardSound } from '../measure/heard.js';
import { LOUD_THRESHOLD } from '../measure/loudness.js';
import { FrameEar } from './frame-ear.js';
import type { OpenMessage, RefusedPackets } from './protocol.js';
import { SoundEar } from './sound-ear.js';

/** Rate at which WebRTC counts the samples it plays, Hz. */
const MEDIA_RATE_HZ = 48_000;

/** Everything in the listener's process: the room, the receiver, and the ears that measure. */
export class ListenerHost {
  readonly #clock: Clock = createSystemClock();
  readonly #owned = new DisposableStore();
  readonly #onFail: (error: EloquenceError) => void;
  readonly #frameEar = new FrameEar(this.#clock);
  #soundEar = new SoundEar(this.#clock);
  #room: Room | undefined;
  #receiver: Listener | undefined;
  #wav: WavSink | undefined;
  #isRecording = false;
  #inboundBefore: readonly InboundAudioStats[] = [];

  /** @param onFail told what makes measuring on pointless */
  constructor(onFail: (error: EloquenceError) => void) {
    this.#onFail = onFail;
  }

  /** @throws EloquenceError what connecting throws; `IO_FAILED` if the WAV file cannot be created. */
  async open({ url, token, speaker, out }: OpenMessage): Promise<void> {
    if (out !== undefined) this.#wav = createWavSink(out);
    const room = await connectRoom({ url, token });
    this.#room = room;
    const file = this.#wav === undefined ? undefined : this.#createFileSink(this.#wav);
    this.#soundEar = new SoundEar(this.#clock, file);
    this.#receiver = await attachListener(room, {
      clock: this.#clock,
      loudness: { threshold: LOUD_THRESHOLD },
      createSink: (stream) => this.#createSink(stream, speaker, file),
    });
    this.#listenTo(this.#receiver.speech, speaker);
  }

  async begin(isRecorded: boolean): Promise<void> {
    this.#isRecording = isRecorded;
    this.#frameEar.begin();
    this.#soundEar.begin();
    this.#inboundBefore = await this.#readInbound();
  }

  async collect(request: {
    readonly kind: Heard['kind'];
    readonly timeoutMs: number;
    readonly quietMs: number;
  }): Promise<{ heard: Heard; packets: RefusedPackets }> {
    const heard =
      request.kind === 'frames'
        ? await this.#frameEar.collect(request.timeoutMs)
        : await this.#collectSound(request.timeoutMs, request.quietMs);
    const { malformed = 0, unknown = 0, refused = 0 } = this.#receiver?.speech.counters ?? {};
    return { heard, packets: { malformed, unknown, refused } };
  }

  /** @throws EloquenceError `IO_FAILED` if the WAV file could not be completed. */
  async close(): Promise<void> {
    try {
      this.#wav?.close();
    } finally {
      this.#owned.dispose();
      await this.#receiver?.dispose();
      await this.#room?.disconnect();
    }
  }

  /** Others may speak in the room; only the speaker is measured, and only it goes into the file. */
  #createSink(stream: ReceivedStream, speaker: string, file: AudioSink | undefined): AudioSink {
    if (stream.sender !== speaker) return { write: () => undefined };
    if (stream.lane === 'media') return { write: (block) => this.#soundEar.write(block) };
    return file ?? { write: () => undefined };
  }

  /** A stream that ends must not end the file: the next utterance follows. */
  #createFileSink(wav: WavSink): AudioSink {
    return {
      write: (block) => {
        if (!this.#isRecording) return;
        try {
          wav.write(block);
        } catch (error) {
          this.#onFail(error as EloquenceError);
          throw error;
        }
      },
    };
  }

  #listenTo(speech: SpeechReceiver, speaker: string): void {
    const ear = this.#frameEar;
    const isSpeaker = ({ sender }: { readonly sender: string }): boolean => sender === speaker;
    this.#owned.add(speech.onDidStartPlayout((event) => isSpeaker(event) && ear.startPlayout(event)));
    this.#owned.add(speech.onDidPlayFrame((event) => isSpeaker(event) && ear.playFrame(event)));
    this.#owned.add(speech.onDidStall((event) => isSpeaker(event) && ear.stall()));
    this.#owned.add(speech.onDidFinishUtterance((event) => isSpeaker(event) && ear.finish(event)));
  }

  async #collectSound(timeoutMs: number, quietMs: number): Promise<HeardSound> {
    const heard = await this.#soundEar.collect(timeoutMs, quietMs);
    const { concealedSamples, silentConcealedSamples } = sumInboundAudioSince(
      this.#inboundBefore,
      await this.#readInbound(),
    );
    return { ...heard, concealedMs: (1000 * (concealedSamples - silentConcealedSamples)) / MEDIA_RATE_HZ };
  }

  /** Statistics are an extra: where they cannot be had, the sound still counts. */
  async #readInbound(): Promise<readonly InboundAudioStats[]> {
    return (await this.#receiver?.readInboundAudio().catch(() => [])) ?? [];
  }
}
