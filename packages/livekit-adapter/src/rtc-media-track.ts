import {
  AudioFrame,
  AudioResampler,
  AudioResamplerQuality,
  AudioSource,
  LocalAudioTrack,
  type LocalTrackPublication,
  type Room,
  TrackPublishOptions,
  TrackSource,
} from '@livekit/rtc-node';
import { EloquenceError } from '@eloquence/plugin-api';
import type { MediaPublishOptions, MediaTrack, MediaTrackSource, PcmResampler } from './media-track.js';

/** Audio that rtc-node takes ahead of the 10 ms pace, ms: enough for a late timer, little to throw away. */
const queueMs = 200;

/** Speech tracks of a real room. */
export class RtcMediaTrackSource implements MediaTrackSource {
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  async publish(sampleRateHz: number, options: MediaPublishOptions): Promise<MediaTrack> {
    const local = this.#room.localParticipant;
    if (local === undefined) throw new EloquenceError('CONNECTION_LOST', 'The room is not connected.');
    const source = new AudioSource(sampleRateHz, 1, queueMs);
    try {
      const track = LocalAudioTrack.createAudioTrack(options.trackName ?? 'speech', source);
      const publication = await local.publishTrack(track, toPublishOptions(options));
      return new RtcMediaTrack(this.#room, source, track, publication);
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  createResampler(fromHz: number, toHz: number): PcmResampler {
    return createPcmResampler(fromHz, toHz);
  }
}

/** rtc-node's resampler (SoX), for mono PCM. Rates in Hz. */
export function createPcmResampler(fromHz: number, toHz: number): PcmResampler {
  return new RtcPcmResampler(fromHz, toHz);
}

class RtcMediaTrack implements MediaTrack {
  readonly sampleRateHz: number;
  readonly #room: Room;
  readonly #source: AudioSource;
  readonly #track: LocalAudioTrack;
  readonly #publication: LocalTrackPublication;

  constructor(room: Room, source: AudioSource, track: LocalAudioTrack, publication: LocalTrackPublication) {
    this.sampleRateHz = source.sampleRate;
    this.#room = room;
    this.#source = source;
    this.#track = track;
    this.#publication = publication;
  }

  get queuedMs(): number {
    return this.#source.queuedDuration;
  }

  capture(samples: Int16Array): Promise<void> {
    return this.#source.captureFrame(new AudioFrame(samples, this.sampleRateHz, 1, samples.length));
  }

  clear(): void {
    if (!this.#source.closed) this.#source.clearQueue();
  }

  waitForPlayout(): Promise<void> {
    return this.#source.waitForPlayout();
  }

  waitForSubscriber(): Promise<void> {
    return this.#publication.waitForSubscription();
  }

  async close(): Promise<void> {
    const local = this.#room.localParticipant;
    const { sid } = this.#publication;
    try {
      if (this.#room.isConnected && local !== undefined && sid !== undefined)
        await local.unpublishTrack(sid, true);
    } finally {
      await this.#track.close(true);
    }
  }
}

class RtcPcmResampler implements PcmResampler {
  readonly #resampler: AudioResampler;
  readonly #fromHz: number;
  #isClosed = false;

  constructor(fromHz: number, toHz: number) {
    this.#fromHz = fromHz;
    this.#resampler = new AudioResampler(fromHz, toHz, 1, AudioResamplerQuality.HIGH);
  }

  push(pcm: Int16Array): Int16Array {
    // rtc-node reads from the start of the buffer, whatever the view's offset says.
    const samples = pcm.byteOffset === 0 ? pcm : pcm.slice();
    return concat(this.#resampler.push(new AudioFrame(samples, this.#fromHz, 1, samples.length)));
  }

  flush(): Int16Array {
    return concat(this.#resampler.flush());
  }

  dispose(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#resampler.close();
  }
}

function toPublishOptions({ bitrateBps, dtx, red }: MediaPublishOptions): TrackPublishOptions {
  return new TrackPublishOptions({
    source: TrackSource.SOURCE_MICROPHONE,
    ...(dtx === undefined ? {} : { dtx }),
    ...(red === undefined ? {} : { red }),
    ...(bitrateBps === undefined ? {} : { audioEncoding: { maxBitrate: BigInt(Math.round(bitrateBps)) } }),
  });
}

function concat(frames: readonly AudioFrame[]): Int16Array {
  const [first, ...others] = frames;
  if (first === undefined) return new Int16Array(0);
  if (others.length === 0) return first.data;
  const joined = new Int16Array(frames.reduce((total, frame) => total + frame.data.length, 0));
  let at = 0;
  for (const frame of frames) {
    joined.set(frame.data, at);
    at += frame.data.length;
  }
  return joined;
}
