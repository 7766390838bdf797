import {
  type Clock,
  type Disposable,
  EloquenceError,
  type PcmChunk,
  type TextSegment,
  type TtsEngine,
} from '@eloquence/plugin-api';
import { speakText } from '@eloquence/text';
import { createEspeakEngine } from '@eloquence/tts-espeak';
import type { DemoLanguage } from '../../protocol.js';
import type { SpokenSegment } from './schedule-speech.js';

/** Espeak's names of the voices that the demo has. */
const VOICE_OF: Readonly<Record<DemoLanguage, string>> = { en: 'en', fr: 'fr' };

/** Synthesises a text once, for all the arms. */
export class DemoVoice implements Disposable {
  readonly #engine: TtsEngine;
  readonly #clock: Clock;

  private constructor(engine: TtsEngine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /** @throws EloquenceError `TTS_FAILED` */
  static async open(clock: Clock): Promise<DemoVoice> {
    return new DemoVoice(await createEspeakEngine({ clock }), clock);
  }

  get sampleRateHz(): number {
    return this.#engine.sampleRateHz;
  }

  /**
   * The speech of a text, sentence by sentence, with the pauses between them.
   *
   * @throws EloquenceError `TEXT_EMPTY`, `TTS_FAILED`, `ABORTED`
   */
  async prepare(text: string, language: DemoLanguage, signal: AbortSignal): Promise<SpokenSegment[]> {
    const segments: (SpokenSegment & { readonly chunks: PcmChunk[]; readonly startMs: number })[] = [];
    let audioMs = 0;
    const synthesize = ({ text: part, startIndex }: TextSegment): AsyncIterable<PcmChunk> => {
      segments.push({ textEnd: startIndex + part.length, chunks: [], startMs: audioMs });
      return this.#engine.synthesize(part, { voice: VOICE_OF[language], signal });
    };
    const options = { clock: this.#clock, signal, language: VOICE_OF[language] };
    for await (const chunk of speakText(text, synthesize, options)) {
      const { chunks, startMs } = segments.at(-1)!;
      chunks.push(sinceStart(chunk, startMs));
      audioMs += (1000 * chunk.samples.length) / chunk.sampleRateHz;
    }
    if (segments.some(({ chunks }) => chunks.some(({ samples }) => samples.length > 0))) return segments;
    throw new EloquenceError('TEXT_EMPTY', 'The voice has nothing to say for this text.', {
      value: text.slice(0, 100),
      hint: 'Write at least one word.',
    });
  }

  dispose(): void {
    this.#engine.dispose();
  }
}

/** The chunk with the times of its words counted from the start of its sentence. */
function sinceStart(chunk: PcmChunk, startMs: number): PcmChunk {
  const words = chunk.words?.map((word) => ({
    ...word,
    startMs: word.startMs - startMs,
    endMs: word.endMs - startMs,
  }));
  return { ...chunk, words };
}
