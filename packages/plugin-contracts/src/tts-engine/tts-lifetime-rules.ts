import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import type { TtsEngine } from '@eloquence/plugin-api';
import type { ContractRule } from '../support/contract-rule.js';
import { assertTypedRejection } from '../support/error-checks.js';
import { within } from '../support/call-limits.js';
import { type TtsEngineSubject, createEngine, speak, textOf, withEngine } from './tts-engine-subject.js';

/** Longest time until an engine that was told to stop has stopped, ms. */
const stopLimitMs = 2000;
/** Chunks that may have been on their way when the engine was disposed. */
const maxChunksAfterDispose = 2;

/** Who owns what, and how it ends. */
export const ttsLifetimeRules: readonly ContractRule<TtsEngineSubject>[] = [
  {
    title: 'leaves the samples of a chunk alone once it is handed over',
    check: (subject) =>
      withEngine(subject, async (engine) => {
        const { chunks, copies } = await speak(engine, textOf(subject));
        await speak(engine, textOf(subject));
        for (const [index, { samples }] of chunks.entries())
          assert.deepEqual(samples, copies[index], `chunk ${index} has changed`);
      }),
  },
  {
    title: 'lets whoever takes a chunk write into it: the rest of the speech stays the same',
    check: (subject) =>
      withEngine(subject, async (engine) => {
        const text = textOf(subject);
        const { durationMs, copies } = await speak(engine, text);
        const heard: Int16Array[] = [];
        for await (const { samples } of engine.synthesize(text, {})) {
          heard.push(samples.slice());
          samples.fill(32_767);
        }
        assertNoneIsLoud(heard, copies, durationMs);
      }),
  },
  {
    title: 'stops with ABORTED if the signal was aborted before it began, and speaks the next text',
    check: (subject) =>
      withEngine(subject, async (engine) => {
        const text = textOf(subject);
        const stopped = speak(engine, text, { signal: AbortSignal.abort() });
        await within(stopLimitMs, 'stopping', assertTypedRejection(stopped, 'aborted speech', ['ABORTED']));
        await assertSpeaks(engine, text);
      }),
  },
  {
    title: 'stops with ABORTED after any chunk, and speaks the next text',
    check: (subject) =>
      withEngine(subject, async (engine) => {
        const text = textOf(subject);
        const { chunks } = await speak(engine, text);
        const last = chunks.length - 1;
        for (const stopAfter of new Set([0, last >> 1, last - 1].filter((at) => at >= 0 && at < last))) {
          const stopped = speakUntil(engine, text, stopAfter);
          const what = `speech aborted after chunk ${stopAfter}`;
          await within(stopLimitMs, 'stopping', assertTypedRejection(stopped, what, ['ABORTED']));
        }
        await assertSpeaks(engine, text);
      }),
  },
  {
    title: 'stops while it is asked for a chunk, at different moments',
    check: (subject) =>
      withEngine(subject, async (engine) => {
        for (const afterMs of [0, 1, 5]) {
          const abort = new AbortController();
          const speech = speak(engine, textOf(subject), { signal: abort.signal });
          const ended = speech.then(
            () => 'complete',
            () => 'stopped',
          );
          setTimeout(() => abort.abort(), afterMs);
          await within(stopLimitMs, `stopping after ${afterMs} ms`, ended);
        }
        await assertSpeaks(engine, textOf(subject));
      }),
  },
  {
    title: 'lets a reader leave early, and speaks the next text',
    check: (subject) =>
      withEngine(subject, async (engine) => {
        for (let i = 0; i < 3; i++) {
          for await (const _ of engine.synthesize(textOf(subject), {})) break;
        }
        await within(stopLimitMs * 2, 'the next speech', assertSpeaks(engine, textOf(subject)));
      }),
  },
  {
    title: 'leaves no listener on the signal',
    check: (subject) =>
      withEngine(subject, async (engine) => {
        const abort = new AbortController();
        const { signal } = abort;
        for (let i = 0; i < 2; i++) await speak(engine, textOf(subject), { signal });
        for await (const _ of engine.synthesize(textOf(subject), { signal })) break;
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.equal(getEventListeners(signal, 'abort').length, 0, 'listeners left behind');
      }),
  },
  {
    title: 'can be disposed twice, and says DISPOSED when used afterwards',
    async check(subject) {
      const engine = await createEngine(subject);
      engine.dispose();
      engine.dispose();
      const speech = speak(engine, textOf(subject));
      await within(
        stopLimitMs,
        'the answer',
        assertTypedRejection(speech, 'a disposed engine', ['DISPOSED']),
      );
    },
  },
  {
    title: 'ends what it is saying when it is disposed',
    async check(subject) {
      const engine = await createEngine(subject);
      const reader = engine.synthesize(textOf(subject), {})[Symbol.asyncIterator]();
      await reader.next();
      engine.dispose();
      let further = 0;
      const ended = (async () => {
        try {
          while (further <= maxChunksAfterDispose && (await reader.next()).done !== true) further++;
        } catch {
          // An error is an end, too.
        }
      })();
      await within(stopLimitMs, 'the end', ended);
      assert.ok(further <= maxChunksAfterDispose, 'it goes on');
    },
  },
  {
    title: 'runs two engines side by side, each as if it were alone',
    check: (subject) =>
      withEngine(subject, (first) =>
        withEngine(subject, async (second) => {
          const text = textOf(subject);
          const [one, two] = await Promise.all([speak(first, text), speak(second, text)]);
          const ratio = one.durationMs / two.durationMs;
          assert.ok(ratio > 0.5 && ratio < 2, `${one.durationMs} ms and ${two.durationMs} ms`);
          first.dispose();
          await assertSpeaks(second, text);
        }),
      ),
  },
];

async function assertSpeaks(engine: TtsEngine, text: string): Promise<void> {
  const { durationMs } = await speak(engine, text);
  assert.ok(durationMs > 0, 'nothing is heard afterwards');
}

async function speakUntil(engine: TtsEngine, text: string, lastChunk: number): Promise<void> {
  const abort = new AbortController();
  let index = 0;
  for await (const _ of engine.synthesize(text, { signal: abort.signal })) {
    if (index++ === lastChunk) abort.abort();
  }
}

/** Voices need not be deterministic: what was written into a chunk must not be heard, and nothing be missing. */
function assertNoneIsLoud(heard: Int16Array[], before: readonly Int16Array[], durationMs: number): void {
  assert.ok(durationMs > 0);
  const isFull = (samples: Int16Array): boolean =>
    samples.length > 16 && samples.every((sample) => sample === 32_767);
  assert.ok(!heard.some(isFull) || before.some(isFull), 'a chunk holds what was written into another');
  const countOf = (chunks: readonly Int16Array[]): number =>
    chunks.reduce((sum, { length }) => sum + length, 0);
  const ratio = countOf(heard) / countOf(before);
  assert.ok(ratio > 0.5 && ratio < 2, 'the speech has another length');
}
