import type { PcmChunk, SynthesisOptions, TtsEngine, TtsEngineFactory } from '@eloquence/plugin-api';
import { within } from '../support/call-limits.js';

/** What is to be checked against the contract of TTS engines, and how far it may go. */
export interface TtsEngineSubject {
  readonly name: string;
  createFactory(): TtsEngineFactory;
  /** A sentence that takes more than a second to say; an English one if absent. */
  readonly text?: string;
  /** Least speed of synthesis, as a multiple of the speed of speaking; 1 if absent. */
  readonly minSpeed?: number;
  /** Longest time for making the voice, for its list of voices and for each piece of speech, ms; 15 000 if absent. */
  readonly limitMs?: number;
}

const limitMs = 15_000;

/** Speech of `text`, with what it looked like when it was handed over. */
export interface SpokenText {
  readonly chunks: readonly PcmChunk[];
  /** The samples of each chunk at the moment when it came. */
  readonly copies: readonly Int16Array[];
  readonly durationMs: number;
}

export function textOf(subject: TtsEngineSubject): string {
  return subject.text ?? 'The quick brown fox jumps over the lazy dog.';
}

/** Makes an engine that fails where the subject's keeps one waiting: a kit must end, whatever it is given. */
export async function createEngine(subject: TtsEngineSubject): Promise<TtsEngine> {
  const wait = <T>(what: string, work: T | Promise<T>): Promise<T> =>
    within(subject.limitMs ?? limitMs, what, Promise.resolve(work));
  const engine = await wait('making the voice', subject.createFactory().create());
  return {
    sampleRateHz: engine.sampleRateHz,
    listVoices: () => wait('the list of voices', engine.listVoices()),
    synthesize(text, options) {
      const speech = engine.synthesize(text, options)[Symbol.asyncIterator]();
      return {
        [Symbol.asyncIterator]: () => ({
          next: () => wait('a piece of speech', speech.next()),
          return: () => speech.return?.() ?? Promise.resolve({ done: true, value: undefined }),
        }),
      };
    },
    dispose: () => engine.dispose(),
  };
}

/** Runs `use` on a new engine, and disposes it whatever happens. */
export async function withEngine(
  subject: TtsEngineSubject,
  use: (engine: TtsEngine) => Promise<void>,
): Promise<void> {
  const engine = await createEngine(subject);
  try {
    await use(engine);
  } finally {
    engine.dispose();
  }
}

export async function speak(
  engine: TtsEngine,
  text: string,
  options: SynthesisOptions = {},
): Promise<SpokenText> {
  const chunks: PcmChunk[] = [];
  const copies: Int16Array[] = [];
  let durationMs = 0;
  for await (const chunk of engine.synthesize(text, options)) {
    chunks.push(chunk);
    copies.push(chunk.samples.slice());
    durationMs += (chunk.samples.length * 1000) / chunk.sampleRateHz;
  }
  return { chunks, copies, durationMs };
}
