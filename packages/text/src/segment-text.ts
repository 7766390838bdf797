import {
  type Clock,
  EloquenceError,
  type SentenceSegmenter,
  type TextFilter,
  type TextSegment,
  type TextSegmentation,
  abortedError,
  toEloquenceError,
} from '@eloquence/plugin-api';
import { AbortableWait } from './abortable-wait.js';
import { fullStopRules } from './abbreviations.js';
import { type FilteredSegment, FilteredText } from './filtered-text.js';
import { completePart } from './find-boundary.js';
import { type SegmentLimits, SentenceSplitter } from './sentence-splitter.js';
import { hasSpeakableText } from './speakable-text.js';

export interface SegmentTextOptions extends Partial<SegmentLimits> {
  readonly clock: Clock;
  /** Cuts the text; the built-in segmenter with the limits given here if absent. */
  readonly segmenter?: SentenceSegmenter | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Language of the text, BCP 47; rules common to many languages if absent. */
  readonly language?: string | undefined;
  /** Longest text accepted, UTF-16 code units, white space included; 100 000 if absent. */
  readonly maxTextChars?: number;
  /** What makes speakable text of the text, in this order; none if absent. */
  readonly filters?: readonly TextFilter[] | undefined;
  /** How long a stream may pause at the end of a clause before that clause is spoken, ms; 200 if absent. */
  readonly flushAfterMs?: number;
}

const defaults = { maxSegmentChars: 300, firstSegmentMinChars: 30, maxTextChars: 100_000, flushAfterMs: 200 };
/** The built-in segmenter. */
export function createSentenceSegmenter(limits: SegmentLimits = defaults): SentenceSegmenter {
  return { begin: (options) => new SentenceSplitter(limits, options?.language) };
}

/** A string is cut in portions, so that its first segment does not wait for the last. */
const portionChars = 1024;
/** Stands for a pause of the source. */
const pause = Symbol('pause');

/**
 * Cuts a text, or a stream of fragments such as the tokens of a language model, into sentences, each as early as
 * is safe. The first segment is short: it may be a clause. Joined together and white space aside, the segments
 * are the text, or what its filters have made of it: then they have `words` that say where they come from. The source
 * is read only when a segment is wanted, and told (`return()`) when reading ends early.
 *
 * @throws EloquenceError while iterating: `TEXT_EMPTY` if there is nothing to say in the whole text,
 * `TEXT_TOO_LONG`, `TEXT_UNREADABLE` if the source fails or gives something other than strings, `ABORTED`,
 * `OPTION_INVALID`.
 */
export async function* segmentText(
  input: string | AsyncIterable<string>,
  options: SegmentTextOptions,
): AsyncGenerator<TextSegment & Partial<FilteredSegment>, void, void> {
  const limits = checkOptions(options);
  const { signal } = options;
  if (signal?.aborted) throw abortedError(signal);
  const splitter = (options.segmenter ?? createSentenceSegmenter(limits)).begin({
    language: options.language,
  });
  const filtered = beginFilters(options);
  const source = typeof input === 'string' ? portionsOf(input, limits.maxTextChars) : input;
  let isSpeakable = false;
  let length = 0;

  const fragments = readWithPauses(source, splitter, options.clock, limits.flushAfterMs, signal);
  let endsInSpace = false;
  let failure: EloquenceError | undefined;
  try {
    for await (const fragment of fragments) {
      if (fragment !== pause) {
        length += checkFragment(fragment).length;
        if (fragment !== '') endsInSpace = /\s$/.test(fragment);
        if (length > limits.maxTextChars) throw tooLong(length, limits.maxTextChars);
      }
      const segments =
        fragment === pause ? splitter.flush() : splitter.push(filtered?.push(fragment) ?? fragment);
      for (const segment of segments) {
        isSpeakable ||= segment.isSpeakable;
        if (signal?.aborted) throw abortedError(signal);
        yield filtered?.traced(segment) ?? segment;
      }
    }
  } catch (error) {
    if (signal?.aborted) throw error;
    failure = toEloquenceError(error, 'TEXT_UNREADABLE');
  }
  let rest = filtered === undefined ? [] : [...splitter.push(filtered.finish())];
  rest.push(...splitter.finish());
  if (failure !== undefined) rest = completeSegments(rest, !endsInSpace, options.language);
  if (failure === undefined && !isSpeakable && !rest.some((segment) => segment.isSpeakable))
    throw empty(input);
  for (const segment of rest) {
    if (signal?.aborted) throw abortedError(signal);
    yield filtered?.traced(segment) ?? segment;
  }
  if (failure !== undefined) throw failure;
}

/** The text on its way through the filters that have something to do; absent if none has. */
function beginFilters({ filters = [], language }: SegmentTextOptions): FilteredText | undefined {
  const filterings = filters.flatMap((filter) => filter.begin({ language }) ?? []);
  return filterings.length === 0 ? undefined : new FilteredText(filterings);
}

/** Of the rest of a text whose source failed: what is certain to be a whole sentence or clause. */
function completeSegments(
  rest: readonly TextSegment[],
  mayGoOn: boolean,
  language: string | undefined,
): TextSegment[] {
  const last = rest.at(-1);
  if (last === undefined) return [];
  const { end, endsSentence } = completePart(last.text, mayGoOn, fullStopRules(language));
  const complete = rest.slice(0, -1);
  const text = last.text.slice(0, end).trimEnd();
  if (text !== '') complete.push({ ...last, text, endsSentence, isSpeakable: hasSpeakableText(text) });
  return complete;
}

/** Fragments of the source, and `pause` when it has paused for `flushAfterMs` with a clause at hand. */
async function* readWithPauses(
  source: Iterable<string> | AsyncIterable<string>,
  splitter: TextSegmentation,
  clock: Clock,
  flushAfterMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<string | typeof pause, void, void> {
  const iterator: AsyncIterator<string> | Iterator<string> =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const wait = new AbortableWait(clock, signal);
  let isOver = false;
  try {
    for (;;) {
      const next = readNext(iterator);
      // After an abort nobody waits for the fragment any more, nor for its failure.
      next.catch(() => (isOver = true));
      if (splitter.canFlush && (await wait.for(next, flushAfterMs)) === undefined) yield pause;
      const result = (await wait.for(next))!;
      if (result.done === true) {
        isOver = true;
        return;
      }
      yield result.value;
    }
  } finally {
    wait.dispose();
    // Not awaited: a generator that hangs in `next()` would never answer. What it throws on leaving concerns
    // a text that nobody wants any more.
    if (!isOver) Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

async function readNext(iterator: AsyncIterator<string> | Iterator<string>): Promise<IteratorResult<string>> {
  try {
    return await iterator.next();
  } catch (error) {
    throw toEloquenceError(error, 'TEXT_UNREADABLE', 'The source of the text failed; see the cause.');
  }
}

function* portionsOf(text: string, maxTextChars: number): Generator<string, void, void> {
  if (text.length > maxTextChars) throw tooLong(text.length, maxTextChars);
  if (!hasSpeakableText(text)) throw empty(text);
  for (let at = 0; at < text.length; at += portionChars) yield text.slice(at, at + portionChars);
}

function checkOptions(options: SegmentTextOptions): typeof defaults {
  const limits = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof typeof defaults)[]) {
    const value = options[name] ?? defaults[name];
    const least = name === 'maxSegmentChars' ? 40 : name === 'maxTextChars' ? 1 : 0;
    if (!Number.isFinite(value) || value < least) {
      throw new EloquenceError('OPTION_INVALID', `${name} is out of range.`, {
        value,
        hint: `Give a number of ${least} or more; ${defaults[name]} is the default.`,
      });
    }
    limits[name] = value;
  }
  return limits;
}

function checkFragment(fragment: unknown): string {
  if (typeof fragment === 'string') return fragment;
  throw new EloquenceError('TEXT_UNREADABLE', 'The source of the text gave something other than a string.', {
    value: fragment,
    hint: 'Map the stream to its text first, for example `chunk.choices[0].delta.content ?? ""`.',
  });
}

function tooLong(length: number, maxTextChars: number): EloquenceError {
  return new EloquenceError('TEXT_TOO_LONG', `The text has more than ${maxTextChars} characters.`, {
    value: length,
    hint: 'Speak it in several utterances, or raise the limit.',
  });
}

function empty(input: unknown): EloquenceError {
  return new EloquenceError('TEXT_EMPTY', 'There is nothing to say in the text.', {
    ...(typeof input === 'string' ? { value: input.slice(0, 100) } : {}),
    hint: 'Give a text with at least one letter or digit; white space, punctuation and emoji alone are silent.',
  });
}
