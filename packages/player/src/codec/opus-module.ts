import { EloquenceError } from '@eloquence/plugin-api';
import { OpusDecoder as OpusLibrary } from 'opus-decoder';

/** Largest Opus packet: six frames of 1275 bytes and their headers (RFC 6716, section 3.2). */
const maxPacketBytes = 7662;
/** Longest Opus packet, 120 ms at 48 kHz. */
const maxSamples = 5760;

/**
 * Where a decoder's record holds the pointers to its work buffer and to libopus' state, in 32-bit words. Releasing a
 * decoder frees the state and the record, but not the buffer; and an exhausted memory shows only in these pointers.
 */
const bufferWord = 5;
const stateWord = 7;

/** What the library keeps behind its interface, which makes one WebAssembly instance for each decoder. */
interface OpusInstance {
  readonly HEAP: ArrayBuffer;
  malloc(bytes: number): number;
  free(pointer: number): void;
  opus_frame_decoder_create(
    sampleRateHz: number,
    channels: number,
    streams: number,
    coupledStreams: number,
    mapping: number,
    preSkip: number,
    isStereo: number,
  ): number;
  opus_frame_decode_float_deinterleaved(
    decoder: number,
    input: number,
    inputBytes: number,
    output: number,
  ): number;
  opus_frame_decoder_destroy(decoder: number): void;
}

/**
 * libopus in one WebAssembly instance, whose decoders are made and released synchronously: an utterance begins with a
 * fresh decoder, and cannot wait for one. (The library's own class takes 28 MiB and some 20 ms for each.)
 */
export class OpusModule {
  readonly #instance: OpusInstance;
  readonly #input: number;
  readonly #output: number;
  readonly #mapping: number;
  readonly #inputBytes: Uint8Array;
  readonly #outputSamples: Float32Array;
  readonly #words: Int32Array;

  private constructor(instance: OpusInstance) {
    this.#instance = instance;
    this.#input = instance.malloc(maxPacketBytes);
    this.#output = instance.malloc(maxSamples * Float32Array.BYTES_PER_ELEMENT);
    this.#mapping = instance.malloc(1);
    this.#inputBytes = new Uint8Array(instance.HEAP, this.#input, maxPacketBytes);
    this.#outputSamples = new Float32Array(instance.HEAP, this.#output, maxSamples);
    this.#words = new Int32Array(instance.HEAP);
    new Uint8Array(instance.HEAP, this.#mapping, 1)[0] = 0;
  }

  /** @throws EloquenceError `CODEC_FAILED` if WebAssembly is refused, or the library is not the one it should be */
  static async load(): Promise<OpusModule> {
    const library = new OpusLibrary({ channels: 1, sampleRate: 48_000 });
    try {
      await library.ready;
    } catch (error) {
      throw new EloquenceError('CODEC_FAILED', 'The Opus decoder could not be loaded.', {
        cause: error,
        hint: "A content security policy must allow WebAssembly: script-src 'wasm-unsafe-eval'.",
      });
    }
    const instance = (library as unknown as { _common?: { wasm?: Partial<OpusInstance> } })._common?.wasm;
    if (typeof instance?.opus_frame_decoder_create !== 'function' || !(instance.HEAP instanceof ArrayBuffer))
      throw unsupported();
    const module = new OpusModule(instance as OpusInstance);
    if (!module.#isLaidOutAsKnown()) throw unsupported();
    return module;
  }

  /** @returns a handle, to be released; 0 if there is no memory left */
  create(sampleRateHz: number): number {
    const decoder = this.#instance.opus_frame_decoder_create(sampleRateHz, 1, 1, 0, this.#mapping, 0, 0);
    if (
      decoder === 0 ||
      (this.#pointer(decoder, bufferWord) !== 0 && this.#pointer(decoder, stateWord) !== 0)
    )
      return decoder;
    this.release(decoder);
    return 0;
  }

  /**
   * Decodes one packet.
   *
   * @returns samples in −1…1, valid until the next call, or libopus' negative error number
   */
  decode(decoder: number, payload: Uint8Array): Float32Array | number {
    if (payload.length === 0 || payload.length > maxPacketBytes) return -4;
    this.#inputBytes.set(payload);
    const count = this.#instance.opus_frame_decode_float_deinterleaved(
      decoder,
      this.#input,
      payload.length,
      this.#output,
    );
    return count < 0 ? count : this.#outputSamples.subarray(0, count);
  }

  /**
   * What libopus makes up to follow the last packet: 120 ms that fade away. The decoder stays as it was, so that the
   * next packet sounds as if there had been no gap.
   *
   * @returns samples in −1…1, valid until the next call; `undefined` if nothing can be made up
   */
  conceal(decoder: number): Float32Array | undefined {
    const state = this.#pointer(decoder, stateWord);
    const bytes = new Uint8Array(this.#instance.HEAP, state, this.#sizeOf(state));
    const before = bytes.slice();
    const count = this.#instance.opus_frame_decode_float_deinterleaved(decoder, this.#input, 0, this.#output);
    bytes.set(before);
    return count > 0 ? this.#outputSamples.subarray(0, count) : undefined;
  }

  release(decoder: number): void {
    const buffer = this.#pointer(decoder, bufferWord);
    this.#instance.opus_frame_decoder_destroy(decoder);
    this.#instance.free(buffer);
  }

  #pointer(decoder: number, word: number): number {
    return this.#words[(decoder >> 2) + word]!;
  }

  /** Size of an allocated block: the word before it holds that of the block and its two size words. */
  #sizeOf(pointer: number): number {
    return this.#words[(pointer >> 2) - 1]! - 8;
  }

  /** What is released is handed out again: the records are laid out as they are thought to be. */
  #isLaidOutAsKnown(): boolean {
    const first = this.create(48_000);
    if (first === 0) return false;
    const buffer = this.#pointer(first, bufferWord);
    const stateBytes = this.#sizeOf(this.#pointer(first, stateWord));
    if (this.#sizeOf(buffer) !== maxSamples * 4 || stateBytes < 8192 || stateBytes > 65_536) return false;
    this.release(first);
    const second = this.create(48_000);
    const isSame = second === first && this.#pointer(second, bufferWord) === buffer;
    if (second !== 0) this.release(second);
    return isSame;
  }
}

function unsupported(): EloquenceError {
  return new EloquenceError('CODEC_FAILED', 'This build of opus-decoder is not the one that is supported.', {
    hint: 'Install opus-decoder 0.7.12.',
  });
}
