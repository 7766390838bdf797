import { type EloquenceError, toEloquenceError } from '@eloquence/plugin-api';
import type { AudioSink, PlayoutBlock } from './audio-sink.js';

/** A sink whose exceptions stop nobody: they are counted, and the first one is told. */
export class GuardedSink implements Required<Omit<AudioSink, 'buffer'>> {
  readonly #sink: AudioSink;
  readonly #onFault: (error: EloquenceError) => void;
  #faults = 0;

  constructor(sink: AudioSink, onFault: (error: EloquenceError) => void) {
    this.#sink = sink;
    this.#onFault = onFault;
  }

  get faults(): number {
    return this.#faults;
  }

  write(block: PlayoutBlock): void {
    try {
      this.#sink.write(block);
    } catch (error) {
      this.#note(error);
    }
  }

  clear(): void {
    try {
      this.#sink.clear?.();
    } catch (error) {
      this.#note(error);
    }
  }

  takeBack(durationMs: number): void {
    try {
      this.#sink.takeBack?.(durationMs);
    } catch (error) {
      this.#note(error);
    }
  }

  finishUtterance(): void {
    try {
      this.#sink.finishUtterance?.();
    } catch (error) {
      this.#note(error);
    }
  }

  end(): void {
    try {
      this.#sink.end?.();
    } catch (error) {
      this.#note(error);
    }
  }

  #note(error: unknown): void {
    this.#faults++;
    if (this.#faults === 1) this.#onFault(toEloquenceError(error, 'IO_FAILED'));
  }
}
