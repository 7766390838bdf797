import type { PcmChunk } from '../audio/pcm-chunk.js';
import type { Disposable } from '../base/disposable.js';

/** A voice that a TTS engine offers. */
export interface Voice {
  readonly id: string;
  readonly name: string;
  /** BCP 47 language tag, for example `fr` or `en-GB`. */
  readonly language: string;
}

/** How a piece of text is to be spoken. */
export interface SynthesisOptions {
  /** A voice id of this engine, or a BCP 47 language tag; the engine's default voice if absent. */
  readonly voice?: string | undefined;
  /** Speaking rate relative to the voice's normal rate, 0.5–2. */
  readonly rate?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Turns text into speech, piece by piece. */
export interface TtsEngine extends Disposable {
  /** Sample rate of the chunks, Hz. */
  readonly sampleRateHz: number;
  /** Language of the voice that speaks where none is named, BCP 47; absent if unknown. */
  readonly defaultLanguage?: string | undefined;
  /** All voices that can be named in {@link SynthesisOptions.voice}. */
  listVoices(): Promise<readonly Voice[]>;
  /**
   * Speaks one sentence or phrase. Yields the first piece as early as it can.
   * Calls are serialised by the caller; text is never empty.
   *
   * @throws EloquenceError `VOICE_UNKNOWN`, `TTS_FAILED`, `ABORTED`
   */
  synthesize(text: string, options: SynthesisOptions): AsyncIterable<PcmChunk>;
}

/** Makes voices; contributed at `ttsEngines`. */
export interface TtsEngineFactory {
  /**
   * Loads the engine of one session. After 15 s the session gives up on it (`PLUGIN_TIMEOUT`); what comes later is disposed.
   *
   * @throws EloquenceError `TTS_FAILED`
   */
  create(): Promise<TtsEngine> | TtsEngine;
}
