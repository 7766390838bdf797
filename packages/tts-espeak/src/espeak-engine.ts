import {
  type Clock,
  type Disposable,
  EloquenceError,
  type PcmChunk,
  type SynthesisOptions,
  type TtsEngine,
  type Voice,
  abortedError,
  createSystemClock,
  toDisposable,
} from '@eloquence/plugin-api';
import { type SafeText, toSafeText } from './safe-text.js';
import { signWordsFor } from './signs.js';
import { SpeechShaper } from './speech-shaper.js';
import { SpeechWorker } from './speech-worker.js';
import { Mutex } from './mutex.js';
import { VoiceCatalogue } from './voice-catalogue.js';
import { WordTracker } from './word-tracker.js';

export interface EspeakEngineOptions {
  /**
   * Path or URL of the program of the voice's thread, `@eloquence/tts-espeak/worker`. If absent, it is looked for beside
   * this module, and then among the installed packages: bundlers move the one and may leave the other behind.
   */
  readonly worker?: string | URL | undefined;
  /** Only times how long a synthesiser that was told to stop may take; the system clock if absent. */
  readonly clock?: Clock;
}

/** Espeak's normal rate, words a minute. */
const normalWordsPerMinute = 175;
/** A stopped synthesiser answers within one piece (about a millisecond); one that does not is replaced. */
const stopLimitMs = 1000;
const maxWaitingCalls = 64;

/**
 * Starts an eSpeak NG voice: offline, 22 050 Hz, some 140 voices, `en` unless told otherwise. It runs in a thread
 * of its own, so that synthesis never blocks the sender's event loop; the promise resolves when it is warm.
 *
 * @throws EloquenceError `TTS_FAILED`
 */
export async function createEspeakEngine(options: EspeakEngineOptions = {}): Promise<TtsEngine> {
  const start = (): Promise<SpeechWorker> => SpeechWorker.start(options.worker);
  return new EspeakEngine(await start(), start, options.clock ?? createSystemClock());
}

class EspeakEngine implements TtsEngine {
  readonly sampleRateHz: number;
  readonly defaultLanguage = 'en';
  readonly #clock: Clock;
  readonly #catalogue: VoiceCatalogue;
  readonly #mutex = new Mutex(maxWaitingCalls);
  readonly #startWorker: () => Promise<SpeechWorker>;
  #worker: SpeechWorker;
  #isDisposed = false;

  constructor(worker: SpeechWorker, startWorker: () => Promise<SpeechWorker>, clock: Clock) {
    this.#worker = worker;
    this.#startWorker = startWorker;
    this.#clock = clock;
    this.sampleRateHz = worker.sampleRateHz;
    this.#catalogue = new VoiceCatalogue(worker.voices);
  }

  listVoices(): Promise<readonly Voice[]> {
    return Promise.resolve(this.#catalogue.voices);
  }

  async *synthesize(text: string, options: SynthesisOptions = {}): AsyncGenerator<PcmChunk, void, void> {
    const { signal } = options;
    if (signal?.aborted) throw abortedError(signal);
    const wordsPerMinute = toWordsPerMinute(options.rate);
    const { identifier: voiceIdentifier, voice } = this.#catalogue.resolve(options.voice);
    const safe = toSpeakableText(text, voice.language);

    await this.#mutex.enter(signal);
    // An abort gives the turn back at once, also if the reader never comes back for the error.
    const turn = toDisposable(() => this.#mutex.leave());
    const onAbort = (): void => turn.dispose();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const worker = await this.#freeWorker();
      const shaper = new SpeechShaper(this.sampleRateHz, new WordTracker(text, safe));
      const request = { text: safe.text, voiceIdentifier, wordsPerMinute };
      for await (const piece of worker.speak(request, signal)) {
        for (const chunk of shaper.push(piece)) {
          yield chunk;
          this.#checkRunning(signal);
        }
      }
      for (const chunk of shaper.finish()) {
        yield chunk;
        if (chunk.endsPhrase !== true) this.#checkRunning(signal);
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      turn.dispose();
    }
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#worker.dispose();
  }

  /** The worker once its last job has stopped; a new one if it does not stop or has failed. */
  async #freeWorker(): Promise<SpeechWorker> {
    this.#checkRunning();
    let timer: Disposable | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = this.#clock.setTimer(resolve, stopLimitMs);
    });
    let isFree = false;
    await Promise.race([this.#worker.whenFree().then(() => (isFree = true)), timeout]);
    timer?.dispose();
    this.#checkRunning();
    if (isFree && !this.#worker.isBroken) return this.#worker;

    this.#worker.dispose();
    const worker = await this.#startWorker();
    if (this.#isDisposed) worker.dispose();
    this.#checkRunning();
    this.#worker = worker;
    return worker;
  }

  #checkRunning(signal?: AbortSignal): void {
    if (signal?.aborted) throw abortedError(signal);
    if (this.#isDisposed) throw new EloquenceError('DISPOSED', 'The voice was disposed.');
  }
}

function toSpeakableText(text: string, language: string): SafeText {
  const safe = toSafeText(text, signWordsFor(language));
  if (safe.isSpeakable) return safe;
  throw new EloquenceError('TEXT_EMPTY', 'There is nothing to say in the text.', {
    value: text.slice(0, 100),
    hint: 'Give a text with at least one letter, digit or symbol; emoji and punctuation alone are silent.',
  });
}

function toWordsPerMinute(rate = 1): number {
  if (rate >= 0.5 && rate <= 2) return Math.round(rate * normalWordsPerMinute);
  throw new EloquenceError('OPTION_INVALID', 'The speaking rate is out of range.', {
    value: rate,
    hint: 'Give a rate between 0.5 and 2, relative to the normal rate of the voice.',
  });
}
