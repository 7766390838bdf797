import { type PcmChunk, EloquenceError } from '@eloquence/plugin-api';

/** What can be spoken: text, text that is still being written, or speech that somebody else synthesised. */
export type SpeechInput = string | AsyncIterable<string> | AsyncIterable<PcmChunk>;

export type ClassifiedInput =
  | { readonly kind: 'text'; readonly text: string | AsyncIterable<string> }
  | { readonly kind: 'pcm'; readonly chunks: AsyncIterable<PcmChunk> };

/**
 * Tells text from PCM by the first item of the stream.
 *
 * @throws EloquenceError `TEXT_EMPTY` if the stream has no items, `PCM_INVALID` if its items are neither
 */
export async function classifyInput(input: SpeechInput): Promise<ClassifiedInput> {
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
  const first = await iterator.next();
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

async function* prepend<T>(first: T, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    yield first;
    for (;;) {
      const next = await rest.next();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}
