import { type Clock, type EloquenceError, type PcmChunk, toEloquenceError } from '@eloquence/plugin-api';
import { untilAborted } from './until-aborted.js';

/** A wait shorter than this is none: the piece was there already, ms. */
const leastWaitMs = 0.5;

/** What came of asking the source: a piece of speech, or the end, and how long it took. */
export interface SourceReading {
  readonly isOver: boolean;
  /** What the source gave, checked by nobody yet; absent at the end. */
  readonly chunk: PcmChunk | undefined;
  /** Why the source ended early. */
  readonly failure: EloquenceError | undefined;
  readonly waitedMs: number;
  /** False if the piece was there already. */
  readonly hadToWait: boolean;
  readonly atMs: number;
}

/** Takes the speech of one utterance from its source, piece by piece, until that is over or the signal aborts. */
export class SourceReader {
  readonly #iterator: AsyncIterator<PcmChunk>;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #isExhausted = false;

  constructor(chunks: AsyncIterable<PcmChunk>, clock: Clock, signal: AbortSignal) {
    this.#iterator = chunks[Symbol.asyncIterator]();
    this.#clock = clock;
    this.#signal = signal;
  }

  /** @throws the signal's reason */
  async read(): Promise<SourceReading> {
    const askedAtMs = this.#clock.nowMs();
    let failure: EloquenceError | undefined;
    let chunk: PcmChunk | undefined;
    try {
      const next = await untilAborted(this.#iterator.next(), this.#signal);
      this.#isExhausted = next.done === true;
      chunk = next.done === true ? undefined : next.value;
    } catch (error) {
      this.#signal.throwIfAborted();
      this.#isExhausted = true;
      failure = toEloquenceError(error, 'TTS_FAILED');
    }
    const atMs = this.#clock.nowMs();
    const waitedMs = atMs - askedAtMs;
    return { isOver: this.#isExhausted, chunk, failure, waitedMs, hadToWait: waitedMs > leastWaitMs, atMs };
  }

  /** Lets a source go that is not at its end. Not awaited: an engine stuck in its work must not hold up a barge-in. */
  close(): void {
    if (this.#isExhausted) return;
    // Its errors have no reader: the utterance ended for another reason.
    const ignore = (): void => undefined;
    try {
      Promise.resolve(this.#iterator.return?.()).catch(ignore);
    } catch {
      ignore();
    }
  }
}
