import {
  type AudioFormat,
  type CodecFactory,
  type CodecSettings,
  type Disposable,
  type EncodedFrame,
  type Encoder,
  EloquenceError,
} from '@eloquence/plugin-api';
import { encodePcm, fallbackCodecId, fallbackFrameMs } from './pcm-fallback.js';
import type { Guard } from '../plugins/guard.js';

/** What the length of a frame takes in a packet at most, bytes. */
const frameLengthBytes = 2;

/** Effort while a lot of speech waits to be encoded. */
const hurriedComplexity = 2;

export interface FrameEncoderOptions {
  /** Absent: everything goes as PCM. */
  readonly codec: CodecFactory | undefined;
  readonly settings: CodecSettings;
  readonly sampleRateHz: number;
  /** Largest payload that a packet can carry, bytes. */
  readonly maxPayloadBytes: number;
  readonly guard: Guard | undefined;
  /** Whether frames carry a copy of their PCM, for a lane that may have to say it otherwise. */
  readonly keepsPcm?: boolean;
}

/** Encodes the frames of one utterance. */
export type CreateFrameEncoder = (options: FrameEncoderOptions) => FrameEncoder;

/**
 * Encodes the frames of one utterance through a codec plugin. A call that fails is replaced by PCM pass-through for
 * that frame; once the plugin is quarantined, for the rest.
 */
export class FrameEncoder implements Disposable {
  readonly #options: FrameEncoderOptions;
  #encoder: Encoder | undefined;
  #settings: CodecSettings;
  #format: AudioFormat;
  #index = 0;
  #isHurried = false;
  #codecId: string;
  /** The plugin's own copy of the frame: whatever it writes there, nobody else reads it. */
  #pcm: Int16Array = new Int16Array(0);
  readonly #encode: () => Uint8Array | undefined;

  constructor(options: FrameEncoderOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#format = this.#formatOf(options.settings);
    const { codec } = options;
    this.#encoder = this.#guarded(() => codec?.createEncoder(this.#encoderSettings()));
    this.#codecId = this.#isFallenBack ? fallbackCodecId : this.#format.codecId;
    // One closure for the utterance: the guard is called per frame and must not allocate.
    this.#encode = () => this.#checked(this.#encoder?.encode(this.#pcm));
  }

  /** Codec of the latest frame; before the first, the one that it will have. */
  get codecId(): string {
    return this.#codecId;
  }

  /** Applies a profile's codec settings from the next frame on. The codec itself stays. */
  configure(settings: CodecSettings): void {
    this.#settings = settings;
    this.#format = this.#formatOf(settings);
    this.#guarded(() => this.#encoder?.configure(this.#encoderSettings()));
  }

  /**
   * With a lot of speech waiting, encodes with less effort: then the encoder, not the link, is what the listener
   * waits for. Bitrate and frames stay as they are.
   */
  setHurried(isHurried: boolean): void {
    if (isHurried === this.#isHurried) return;
    this.#isHurried = isHurried;
    this.configure(this.#settings);
  }

  /** Encodes one frame of `settings.frameMs`; the fallback cuts it into several. */
  encode(pcm: Int16Array): EncodedFrame[] {
    const payload = this.#isFallenBack ? undefined : this.#encodeByPlugin(pcm);
    if (payload !== undefined) {
      this.#codecId = this.#format.codecId;
      const frame = { index: this.#index++, payload, format: this.#format };
      return [this.#options.keepsPcm === true ? { ...frame, pcm: pcm.slice() } : frame];
    }
    this.#codecId = fallbackCodecId;
    return this.#encodeFallback(pcm);
  }

  dispose(): void {
    const encoder = this.#encoder;
    this.#encoder = undefined;
    if (encoder) this.#options.guard?.release(() => encoder.dispose());
  }

  #encodeByPlugin(pcm: Int16Array): Uint8Array | undefined {
    if (this.#pcm.length !== pcm.length) this.#pcm = new Int16Array(pcm.length);
    this.#pcm.set(pcm);
    return this.#guarded(this.#encode);
  }

  get #isFallenBack(): boolean {
    return this.#encoder === undefined || (this.#options.guard?.isTripped ?? true);
  }

  #guarded<T>(call: () => T | undefined): T | undefined {
    return this.#options.guard?.run(call, undefined);
  }

  #checked(payload: Uint8Array | undefined): Uint8Array {
    const maxPayloadBytes = this.#options.maxPayloadBytes - frameLengthBytes;
    if (!(payload instanceof Uint8Array) || payload.length === 0 || payload.length > maxPayloadBytes) {
      const size = payload instanceof Uint8Array ? payload.length : typeof payload;
      throw new EloquenceError(
        'CODEC_FAILED',
        `The codec returned a payload of ${size}; 1 to ${maxPayloadBytes} bytes fit.`,
      );
    }
    // A copy, because an encoder that hands out its own buffer would overwrite frames that still wait in a batch.
    return new Uint8Array(payload);
  }

  #encodeFallback(pcm: Int16Array): EncodedFrame[] {
    const { sampleRateHz } = this.#options;
    const frameMs = fallbackFrameMs(this.#settings.frameMs, sampleRateHz);
    const format: AudioFormat = { codecId: fallbackCodecId, sampleRateHz, frameMs };
    const samples = Math.round((frameMs * sampleRateHz) / 1000);
    const frames: EncodedFrame[] = [];
    for (let at = 0; at < pcm.length; at += samples) {
      const piece = pcm.subarray(at, at + samples);
      const frame = { index: this.#index++, payload: encodePcm(piece), format };
      frames.push(this.#options.keepsPcm === true ? { ...frame, pcm: piece.slice() } : frame);
    }
    return frames;
  }

  #formatOf(settings: CodecSettings): AudioFormat {
    return { codecId: settings.codecId, sampleRateHz: this.#options.sampleRateHz, frameMs: settings.frameMs };
  }

  #encoderSettings(): Parameters<CodecFactory['createEncoder']>[0] {
    const { bitrateBps, frameMs } = this.#settings;
    const complexity = this.#isHurried
      ? Math.min(hurriedComplexity, this.#settings.complexity)
      : this.#settings.complexity;
    return { sampleRateHz: this.#options.sampleRateHz, frameMs, bitrateBps, complexity };
  }
}
