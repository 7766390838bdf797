import type { PcmChunk, SynthesisOptions, TtsEngine, TtsEngineFactory } from '@eloquence/plugin-api';

/** What is to be checked against the contract of TTS engines, and how far it may go. */
export interface TtsEngineSubject {
  readonly name: string;
  createFactory(): TtsEngineFactory;
  /** A sentence that takes more than a second to say; an English one if absent. */
  readonly text?: string;
  /** Least speed of synthesis, as a multiple of the speed of speaking; 1 if absent. */
  readonly minSpeed?: number;
}

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

/** Runs `use` on a new engine, and disposes it whatever happens. */
export async function withEngine(
  subject: TtsEngineSubject,
  use: (engine: TtsEngine) => Promise<void>,
): Promise<void> {
  const engine = await subject.createFactory().create();
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
