import { VirtualClock } from '@eloquence/base';
import type { TextSegment } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { type SegmentTextOptions, segmentText } from './segment-text.js';

type Source = string | AsyncIterable<string>;

async function collect(input: Source, options: Partial<SegmentTextOptions> = {}): Promise<string[]> {
  const texts: string[] = [];
  for await (const segment of segmentText(input, { clock: new VirtualClock(), ...options }))
    texts.push(segment.text);
  return texts;
}

async function* streamOf(...fragments: unknown[]): AsyncGenerator<string> {
  for (const fragment of fragments) yield fragment as string;
}

/** A source that is fed by hand and records how it was left. */
class HandFedSource implements AsyncIterableIterator<string> {
  readonly #waiting: ((result: IteratorResult<string>) => void)[] = [];
  returned = 0;
  reads = 0;

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<string>> {
    this.reads++;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<string>> {
    this.returned++;
    return Promise.resolve({ done: true, value: undefined });
  }

  feed(fragment: string): void {
    this.#waiting.shift()!({ done: false, value: fragment });
  }
}

describe('segmentText', () => {
  it('cuts strings and streams alike', async () => {
    const text = 'Hello there, dear listener. «\u00A0Ça va\u00A0?\u00A0» 😀 Oui. '.repeat(60);
    const expected = await collect(text);
    expect(expected.length).toBeGreaterThan(100);
    expect(await collect(streamOf(...text.split('')))).toEqual(expected);
    expect(await collect(streamOf(text))).toEqual(expected);
    expect(await collect(streamOf('', ...text.split(/(?<= )/), ''))).toEqual(expected);
  });

  it.each(['', ' \n ', '😀', '...', '— «»'])('refuses %j as empty', async (text) => {
    await expect(collect(text)).rejects.toMatchObject({ code: 'TEXT_EMPTY', value: text });
    await expect(collect(streamOf(...text))).rejects.toMatchObject({ code: 'TEXT_EMPTY' });
    await expect(collect(streamOf())).rejects.toMatchObject({ code: 'TEXT_EMPTY' });
  });

  it('takes 1 to 100 000 characters', async () => {
    expect(await collect('a')).toEqual(['a']);
    const text = 'Some words to say. '.repeat(6000).slice(0, 100_000);
    expect((await collect(text)).join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
    await expect(collect(`${text}x`)).rejects.toMatchObject({ code: 'TEXT_TOO_LONG', value: 100_001 });
    await expect(collect('abc', { maxTextChars: 2 })).rejects.toMatchObject({ code: 'TEXT_TOO_LONG' });
  });

  it('ends a stream at the limit, and leaves the source', async () => {
    const source = new HandFedSource();
    const iterator = segmentText(source, { clock: new VirtualClock(), maxTextChars: 20 });
    const first = iterator.next();
    await settle();
    source.feed('One two. Three');
    expect((await first).value).toMatchObject({ text: 'One two.' });
    const second = expect(iterator.next()).rejects.toMatchObject({ code: 'TEXT_TOO_LONG' });
    await settle();
    source.feed(' four five');
    await second;
    expect(source.returned).toBe(1);
  });

  it('speaks a finished clause when the stream pauses, and goes on', async () => {
    const clock = new VirtualClock();
    const source = new HandFedSource();
    const iterator = segmentText(source, { clock, flushAfterMs: 200 });
    const next = iterator.next();
    await settle();
    source.feed('Just a moment,');
    await clock.advanceAsync(199);
    let isOut = false;
    void next.then(() => (isOut = true));
    await settle();
    expect(isOut).toBe(false);
    await clock.advanceAsync(1);
    expect((await next).value).toMatchObject({ text: 'Just a moment,', endsSentence: false });
    expect(source.reads).toBe(2);
    expect(clock.pendingTimers).toBe(0);

    const later = iterator.next();
    await settle();
    source.feed(' please');
    await clock.advanceAsync(10_000);
    source.feed('. Thank');
    expect((await later).value).toMatchObject({ text: 'please.', startIndex: 15 });
    await iterator.return();
    expect(source.returned).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not cut when the next fragment comes in time', async () => {
    const clock = new VirtualClock();
    const source = new HandFedSource();
    const next = segmentText(source, { clock, flushAfterMs: 200 }).next();
    await settle();
    for (const fragment of ['Just,', ' a,', ' moment,', ' please. Now']) {
      source.feed(fragment);
      await clock.advanceAsync(150);
    }
    expect((await next).value).toMatchObject({ text: 'Just, a, moment, please.' });
  });

  it('stops at an abort while the source hangs, and tells it', async () => {
    const clock = new VirtualClock();
    const source = new HandFedSource();
    const controller = new AbortController();
    const next = expect(
      segmentText(source, { clock, signal: controller.signal }).next(),
    ).rejects.toMatchObject({
      code: 'ABORTED',
    });
    await settle();
    source.feed('Hello.');
    await settle();
    expect(clock.pendingTimers).toBe(1);
    controller.abort();
    await next;
    expect(source.returned).toBe(1);
    expect(clock.pendingTimers).toBe(0);
    await expect(collect('text', { signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('stops between two segments of a string', async () => {
    const controller = new AbortController();
    const seen: TextSegment[] = [];
    const reading = async (): Promise<void> => {
      for await (const segment of segmentText('One. Two. Three.', {
        clock: new VirtualClock(),
        signal: controller.signal,
      })) {
        seen.push(segment);
        controller.abort();
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: 'ABORTED' });
    expect(seen).toHaveLength(1);
  });

  it('reads no further than it must', async () => {
    let read = 0;
    async function* source(): AsyncGenerator<string> {
      for (; read < 1000; read++) yield 'One sentence here. ';
    }
    const iterator = segmentText(source(), { clock: new VirtualClock() });
    await iterator.next();
    await settle();
    expect(read).toBeLessThan(4);
    await iterator.return();
  });

  it('reports a source that fails or gives no text', async () => {
    async function* failing(): AsyncGenerator<string> {
      yield 'One. Two';
      throw new Error('model gone');
    }
    const texts: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const segment of segmentText(failing(), { clock: new VirtualClock() }))
        texts.push(segment.text);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'TEXT_UNREADABLE', message: 'model gone' });
    expect(texts).toEqual(['One.']);
    await expect(collect(streamOf('a', 7))).rejects.toMatchObject({ code: 'TEXT_UNREADABLE', value: 7 });
    await expect(collect(streamOf(undefined))).rejects.toMatchObject({ code: 'TEXT_UNREADABLE' });
  });

  it.each([
    { maxSegmentChars: 39 },
    { maxTextChars: 0 },
    { flushAfterMs: -1 },
    { firstSegmentMinChars: Number.NaN },
  ])('refuses the option %j', async (options) => {
    await expect(collect('text', options)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('leaves no listener on the signal', async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
    await collect(streamOf(...'One. Two. Three. '.repeat(20)), { signal });
    expect(listeners).toBe(0);
  });
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
