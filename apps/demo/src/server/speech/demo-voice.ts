import {
  type Clock,
  type Disposable,
  EloquenceError,
  type PcmChunk,
  type TtsEngine,
} from '@eloquence/plugin-api';
import { segmentText } from '@eloquence/text';
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
   * The speech of a text, sentence by sentence.
   *
   * @throws EloquenceError `TEXT_EMPTY`, `TTS_FAILED`, `ABORTED`
   */
  async prepare(text: string, language: DemoLanguage, signal: AbortSignal): Promise<SpokenSegment[]> {
    const segments: SpokenSegment[] = [];
    let textEnd = 0;
    for await (const segment of segmentText(text, { clock: this.#clock, signal })) {
      textEnd = endOf(text, segment.text, textEnd);
      if (!segment.isSpeakable) continue;
      const chunks: PcmChunk[] = [];
      const options = { voice: VOICE_OF[language], signal };
      for await (const chunk of this.#engine.synthesize(segment.text, options)) chunks.push(chunk);
      segments.push({ textEnd, chunks });
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

/** Where a segment ends in the text; white space between the segments is nobody's. */
function endOf(text: string, segment: string, from: number): number {
  const at = text.indexOf(segment.trim(), from);
  return at < 0 ? Math.min(text.length, from + segment.length) : at + segment.trim().length;
}
