import type { Clock, PcmChunk, TextSegment } from '@eloquence/plugin-api';
import type { FilteredSegment } from './filtered-text.js';
import { type SegmentTextOptions, segmentText } from './segment-text.js';
import { WordAligner } from './word-aligner.js';

/** How long a voice pauses between sentences, and between the clauses of one, at its normal rate, ms. */
const sentencePauseMs = 300;
const clausePauseMs = 150;
/** A rest of a pause that nobody would hear, ms. */
const shortestPauseMs = 5;
/** −54 dB of full scale: what is quieter counts as silence. */
const silenceLevel = 66;
/** Silence at the start of a segment that is gathered before it is given out, ms. */
const longestLeadingSilenceMs = 1000;
/** Silence behind the last sound that carries the words of which the voice said nothing, ms. */
const carrierMs = 1;

/** A mark at the end, whatever closes or decorates it. Thai and Lao divide clauses by a space. */
const endsInMark = /\p{P}[^\p{L}\p{N}]*$|[\p{sc=Thai}\p{sc=Lao}]$/u;

export interface SpeakTextOptions extends SegmentTextOptions {
  /** Speaking rate relative to the voice's normal one, with which pauses keep step; 1 if absent. */
  readonly rate?: number | undefined;
}

/**
 * The speech of a text, segment by segment, as if the voice had read it in one go: with the pauses that it makes at
 * the end of a sentence or clause, its own silence counted, and with every word of the text once and in order.
 * Word times count from the start of the text.
 *
 * @param synthesize gives the speech of one segment
 * @throws what {@link segmentText} and `synthesize` throw
 */
export async function* speakText(
  text: string | AsyncIterable<string>,
  synthesize: (segment: TextSegment) => AsyncIterable<PcmChunk>,
  options: SpeakTextOptions,
): AsyncGenerator<PcmChunk, void, void> {
  const joiner = new SegmentJoiner(options.clock, options.rate ?? 1);
  for await (const segment of segmentText(text, options)) {
    if (!segment.isSpeakable) continue;
    joiner.begin(segment);
    for await (const chunk of synthesize(segment)) {
      // What is no piece of speech is passed on: whoever takes it says what is wrong with it.
      if (isChunk(chunk)) yield* joiner.take(chunk);
      else yield chunk;
    }
    yield* joiner.end(segment);
  }
}

/** Joins the speech of one segment after another. */
class SegmentJoiner {
  readonly #clock: Clock;
  readonly #rate: number;
  #aligner = new WordAligner('');
  #startedAtMs: number | undefined;
  /** Where the segment in hand begins, ms from the start of the text, and how long it is so far. */
  #offsetMs = 0;
  #segmentMs = 0;
  #sampleRateHz = 0;
  /** Silence still wanted before the segment in hand, and when the one before it ended. */
  #pauseMs = 0;
  #endedAtMs = 0;
  #trailingMs = 0;
  /** Silent chunks at the start of the segment, until it is known how long that silence is. */
  #lead: PcmChunk[] | undefined;
  #leadingSilenceMs = 0;

  constructor(clock: Clock, rate: number) {
    this.#clock = clock;
    this.#rate = rate > 0 ? rate : 1;
  }

  begin({ text, words }: TextSegment & Partial<FilteredSegment>): void {
    this.#aligner = new WordAligner(words ?? text);
    this.#segmentMs = 0;
    this.#trailingMs = 0;
    this.#leadingSilenceMs = 0;
    this.#lead = this.#pauseMs > 0 ? [] : undefined;
  }

  *take(chunk: PcmChunk): Generator<PcmChunk, void, void> {
    const { samples, sampleRateHz } = chunk;
    const toMs = 1000 / sampleRateHz;
    this.#startedAtMs ??= this.#clock.nowMs();
    this.#sampleRateHz = sampleRateHz;
    this.#segmentMs += samples.length * toMs;
    const lastSound = samples.findLastIndex(isSound);
    if (lastSound >= 0) this.#trailingMs = 0;
    this.#trailingMs += (samples.length - 1 - lastSound) * toMs;
    const aligned = chunk.words ? { ...chunk, words: this.#aligner.accept(chunk.words) } : chunk;
    if (this.#lead === undefined) {
      yield this.#moved(aligned);
      return;
    }
    this.#lead.push(aligned);
    const firstSound = samples.findIndex(isSound);
    this.#leadingSilenceMs += (firstSound < 0 ? samples.length : firstSound) * toMs;
    if (firstSound >= 0 || this.#leadingSilenceMs >= longestLeadingSilenceMs) yield* this.#release();
  }

  *end(segment: TextSegment): Generator<PcmChunk, void, void> {
    yield* this.#release();
    if (!this.#aligner.isComplete && this.#segmentMs > 0) {
      const words = this.#aligner.finish(this.#segmentMs);
      const carrier = silence(carrierMs, this.#sampleRateHz);
      this.#segmentMs += durationOf(carrier);
      this.#trailingMs += durationOf(carrier);
      yield this.#moved({ ...carrier, words, endsPhrase: true });
    }
    this.#offsetMs += this.#segmentMs;
    this.#pauseMs = Math.max(0, pauseAfter(segment) / this.#rate - this.#trailingMs);
    this.#endedAtMs = this.#clock.nowMs();
  }

  /** Gives out the start of the segment, behind what its own silence leaves of the pause. */
  *#release(): Generator<PcmChunk, void, void> {
    const lead = this.#lead;
    this.#lead = undefined;
    if (lead === undefined || lead.length === 0) return;
    const pauseMs = this.#pauseMs - this.#leadingSilenceMs - this.#waitedMs();
    if (pauseMs >= shortestPauseMs) {
      const pause = silence(pauseMs, this.#sampleRateHz);
      this.#offsetMs += durationOf(pause);
      yield pause;
    }
    for (const chunk of lead) yield this.#moved(chunk);
  }

  /** How long a listener who plays without a buffer has been waiting for this segment: that was the pause. */
  #waitedMs(): number {
    const nowMs = this.#clock.nowMs();
    const playedMs = nowMs - (this.#startedAtMs ?? nowMs);
    return Math.max(0, Math.min(nowMs - this.#endedAtMs, playedMs - this.#offsetMs));
  }

  #moved(chunk: PcmChunk): PcmChunk {
    const offsetMs = this.#offsetMs;
    if (offsetMs === 0 || chunk.words === undefined) return chunk;
    const words = chunk.words.map(({ text, startMs, endMs }) => ({
      text,
      startMs: startMs + offsetMs,
      endMs: endMs + offsetMs,
    }));
    return { ...chunk, words };
  }
}

function pauseAfter({ text, endsSentence }: TextSegment): number {
  if (endsSentence) return sentencePauseMs;
  return endsInMark.test(text) ? clausePauseMs : 0;
}

function isChunk(chunk: Partial<PcmChunk> | undefined): chunk is PcmChunk {
  return chunk?.samples instanceof Int16Array && Number(chunk.sampleRateHz) > 0;
}

function isSound(sample: number): boolean {
  return Math.abs(sample) > silenceLevel;
}

function silence(durationMs: number, sampleRateHz: number): PcmChunk {
  return {
    samples: new Int16Array(Math.max(1, Math.round((durationMs * sampleRateHz) / 1000))),
    sampleRateHz,
  };
}

function durationOf({ samples, sampleRateHz }: PcmChunk): number {
  return (1000 * samples.length) / sampleRateHz;
}
