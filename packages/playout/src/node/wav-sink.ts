import { closeSync, openSync, writeSync } from 'node:fs';
import { EloquenceError } from '@eloquence/plugin-api';
import type { AudioSink, PlayoutBlock } from '../sink/audio-sink.js';

const headerBytes = 44;
const stagingBytes = 64 * 1024;
/** Sizes in a WAV header have 32 bits. */
const maxDataBytes = 0xffffffff - headerBytes;

/** Writes what is heard into a WAV file: mono, 16 bits. */
export interface WavSink extends AudioSink {
  /** Samples taken so far. */
  readonly sampleCount: number;
  /**
   * Appends a block.
   *
   * @throws EloquenceError `PCM_INVALID` if the sample rate is not that of the first block; `IO_FAILED` if the file
   * cannot be written, or was closed
   */
  write(block: Pick<PlayoutBlock, 'samples' | 'sampleRateHz'>): void;
  /**
   * Writes the final header and closes the file. Later calls do nothing, unless writing had failed.
   *
   * @throws EloquenceError `IO_FAILED` if anything of the file could not be written
   */
  close(): void;
}

/**
 * Creates the file, or replaces it. The header is kept valid only from `close` (or `end`) on.
 *
 * @param sampleRateHz rate in the header of a file into which nothing is written; 24 000 if absent
 * @throws EloquenceError `IO_FAILED` if the file cannot be created
 */
export function createWavSink(path: string, sampleRateHz = 24_000): WavSink {
  return new DefaultWavSink(path, sampleRateHz);
}

class DefaultWavSink implements WavSink {
  readonly #path: string;
  readonly #staging = Buffer.alloc(stagingBytes);
  #file: number | undefined;
  #staged = 0;
  #dataBytes = 0;
  #sampleRateHz: number;
  #error: EloquenceError | undefined;

  constructor(path: string, sampleRateHz: number) {
    this.#path = path;
    this.#sampleRateHz = sampleRateHz;
    this.#attempt(() => {
      const file = openSync(path, 'w');
      this.#file = file;
      try {
        this.#writeFully(wavHeader(sampleRateHz, 0), 0);
      } catch (error) {
        closeSync(file);
        throw error;
      }
    });
  }

  get sampleCount(): number {
    return this.#dataBytes / 2;
  }

  write({ samples, sampleRateHz }: Pick<PlayoutBlock, 'samples' | 'sampleRateHz'>): void {
    if (this.#error) throw this.#error;
    if (this.#file === undefined) throw this.#failure('the file is closed');
    if (this.#dataBytes === 0) this.#sampleRateHz = sampleRateHz;
    if (sampleRateHz !== this.#sampleRateHz) {
      throw new EloquenceError(
        'PCM_INVALID',
        `A block of ${sampleRateHz} Hz in a file of ${this.#sampleRateHz} Hz.`,
        {
          value: sampleRateHz,
          hint: 'A WAV file has one sample rate: keep to one, or use a file for each.',
        },
      );
    }
    if (this.#dataBytes + samples.length * 2 > maxDataBytes) throw this.#failure('a WAV file ends at 4 GiB');
    for (const sample of samples) {
      if (this.#staged === stagingBytes) this.#flush();
      this.#staging.writeInt16LE(sample, this.#staged);
      this.#staged += 2;
      this.#dataBytes += 2;
    }
  }

  end(): void {
    this.close();
  }

  close(): void {
    const file = this.#file;
    if (file !== undefined) {
      try {
        if (this.#error === undefined) {
          this.#flush();
          this.#attempt(() => this.#writeFully(wavHeader(this.#sampleRateHz, this.#dataBytes), 0));
        }
      } finally {
        this.#file = undefined;
        this.#attempt(() => closeSync(file));
      }
    }
    if (this.#error) throw this.#error;
  }

  #flush(): void {
    const at = headerBytes + this.#dataBytes - this.#staged;
    const part = this.#staging.subarray(0, this.#staged);
    this.#attempt(() => this.#writeFully(part, at));
    this.#staged = 0;
  }

  /** `writeSync` may write less than it was given. */
  #writeFully(bytes: Uint8Array, position: number): void {
    let done = 0;
    while (done < bytes.length)
      done += writeSync(this.#file!, bytes, done, bytes.length - done, position + done);
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#error ??= this.#failure(error instanceof Error ? error.message : String(error), error);
      throw this.#error;
    }
  }

  #failure(reason: string, cause?: unknown): EloquenceError {
    return new EloquenceError('IO_FAILED', `Cannot write '${this.#path}': ${reason}`, {
      value: this.#path,
      hint: 'Check that the folder exists, may be written to, and has room.',
      cause,
    });
  }
}

function wavHeader(sampleRateHz: number, dataBytes: number): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(headerBytes - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRateHz, 24);
  header.writeUInt32LE(sampleRateHz * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
