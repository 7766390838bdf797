import { type PcmChunk, EloquenceError } from '@eloquence/plugin-api';
import { untilAborted } from './until-aborted.js';

/** What can be spoken: text, text that is still being written, or speech that somebody else synthesised. */
export type SpeechInput = string | AsyncIterable<string> | AsyncIterable<PcmChunk>;

export type ClassifiedInput =
  | { readonly kind: 'text'; readonly text: string | AsyncIterable<string> }
  | { readonly kind: 'pcm'; readonly chunks: AsyncIterable<PcmChunk> };

/**
 * Tells text from PCM by the first item of the stream.
 *
 * @throws the signal's reason; EloquenceError `TEXT_EMPTY` if the stream has no items, `PCM_INVALID` if its items are neither
 */
export async function classifyInput(input: SpeechInput, signal: AbortSignal): Promise<ClassifiedInput> {
  if (typeof input === 'string') return { kind: 'text', text: input };
  if (typeof (input as Partial<AsyncIterable<unknown>>)?.[Symbol.asyncIterator] !== 'function') {
    throw new EloquenceError(
      'PCM_INVALID',
      'Speech input must be a string or an async iterable of strings or PCM chunks.',
      {
        value: typeof input,
      },
    );
  }
  const iterator = (input as AsyncIterable<string | PcmChunk>)[Symbol.asyncIterator]();
  const first = await untilAborted(iterator.next(), signal).catch((error: unknown) => {
    // Not awaited: it may be stuck, and its errors have no reader any more.
    if (signal.aborted) Promise.resolve(iterator.return?.()).catch(() => undefined);
    throw error;
  });
  if (first.done) {
    throw new EloquenceError(
      'TEXT_EMPTY',
      'There is nothing to say: the stream ended before its first item.',
    );
  }
  const whole = prepend(first.value, iterator);
  if (typeof first.value === 'string') return { kind: 'text', text: whole as AsyncIterable<string> };
  if (first.value?.samples instanceof Int16Array)
    return { kind: 'pcm', chunks: whole as AsyncIterable<PcmChunk> };
  await iterator.return?.();
  throw new EloquenceError('PCM_INVALID', 'The items of a speech stream must be strings or PCM chunks.', {
    value: typeof first.value,
    hint: 'A PCM chunk is { samples: Int16Array, sampleRateHz: number }.',
  });
}

/** No generator: ending one waits for its pending step, and a source may be stuck in that. */
function prepend<T>(first: T, rest: AsyncIterator<T>): AsyncIterable<T> {
  let pending: { readonly value: T } | undefined = { value: first };
  const iterator: AsyncIterator<T> = {
    next() {
      const item = pending;
      pending = undefined;
      return item === undefined ? rest.next() : Promise.resolve({ done: false, value: item.value });
    },
    async return() {
      pending = undefined;
      await rest.return?.();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
