import {
  EloquenceError,
  type PcmChunk,
  type SynthesisOptions,
  type TtsEngine,
  type TtsEngineFactory,
  type Voice,
  abortedError,
} from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { failuresOf } from '../support/contract-rule.js';
import { describeTtsEngine, ttsEngineRules } from './describe-tts-engine.js';

const chunkSamples = 1600;

/** A right engine, small enough to be broken in one place at a time: 60 ms of tone for each letter. */
class ToneEngine implements TtsEngine {
  sampleRateHz = 16_000;
  isDisposed = false;

  async listVoices(): Promise<readonly Voice[]> {
    return [{ id: 'tone', name: 'Tone', language: 'en-GB' }];
  }

  async *synthesize(text: string, options: SynthesisOptions): AsyncGenerator<PcmChunk> {
    this.checkVoice(options.voice);
    const count = Math.ceil((text.length * 0.06 * this.sampleRateHz) / (options.rate ?? 1) / chunkSamples);
    for (let index = 0; index < count; index++) {
      await new Promise((resolve) => setImmediate(resolve));
      this.checkRunning(options.signal);
      yield this.makeChunk(index, count);
      this.checkRunning(options.signal);
    }
  }

  checkVoice(voice: string | undefined): void {
    if (voice === undefined || voice === 'tone' || voice === 'en-GB') return;
    throw new EloquenceError('VOICE_UNKNOWN', 'unknown', { value: voice });
  }

  checkRunning(signal: AbortSignal | undefined): void {
    if (signal?.aborted) throw abortedError(signal);
    if (this.isDisposed) throw new EloquenceError('DISPOSED', 'disposed');
  }

  makeChunk(index: number, _count: number): PcmChunk {
    const words = [{ text: 'word', startMs: index * 50, endMs: index * 50 + 40 }];
    return { samples: this.makeSamples(), sampleRateHz: this.sampleRateHz, words };
  }

  makeSamples(): Int16Array {
    return Int16Array.from({ length: chunkSamples }, (_, i) => Math.round(8000 * Math.sin(i / 9)));
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

const shared = new ToneEngine().makeSamples();
let open: ToneEngine[] = [];

const broken: Readonly<Record<string, () => TtsEngine>> = {
  'announces a sample rate': () =>
    new (class extends ToneEngine {
      override makeChunk(index: number, count: number): PcmChunk {
        return { ...super.makeChunk(index, count), sampleRateHz: index === 2 ? 8000 : 16_000 };
      }
    })(),
  'lists its voices': () =>
    new (class extends ToneEngine {
      override async listVoices(): Promise<readonly Voice[]> {
        return [{ id: 'tone', name: 'Tone', language: 'english, british' }];
      }
    })(),
  'not silent': () =>
    new (class extends ToneEngine {
      override makeSamples(): Int16Array {
        return new Int16Array(chunkSamples);
      }
    })(),
  'one letter': () =>
    new (class extends ToneEngine {
      override async *synthesize(text: string, options: SynthesisOptions): AsyncGenerator<PcmChunk> {
        if (text.length > 1) yield* super.synthesize(text, options);
      }
    })(),
  'by its language': () =>
    new (class extends ToneEngine {
      override checkVoice(voice: string | undefined): void {
        super.checkVoice(voice === 'en-GB' ? 'unknown' : voice);
      }
    })(),
  'refuses a voice': () =>
    new (class extends ToneEngine {
      override checkVoice(): void {
        // Takes any.
      }
    })(),
  'faster at rate 2': () =>
    new (class extends ToneEngine {
      override synthesize(text: string, { rate: _, ...options }: SynthesisOptions): AsyncGenerator<PcmChunk> {
        return super.synthesize(text, options);
      }
    })(),
  'puts words in order': () =>
    new (class extends ToneEngine {
      override makeChunk(index: number, count: number): PcmChunk {
        return super.makeChunk(count - index, count);
      }
    })(),
  'makes speech faster': () =>
    new (class extends ToneEngine {
      override async *synthesize(text: string, options: SynthesisOptions): AsyncGenerator<PcmChunk> {
        yield* super.synthesize(text.slice(0, 2), options);
        await new Promise((resolve) => setTimeout(resolve, 220));
      }
    })(),
  'leaves the samples': () =>
    new (class extends ToneEngine {
      #calls = 0;
      override makeSamples(): Int16Array {
        shared[0] = this.#calls++;
        return shared;
      }
    })(),
  'write into it': () =>
    new (class extends ToneEngine {
      readonly #samples = super.makeSamples();
      override makeSamples(): Int16Array {
        return this.#samples;
      }
    })(),
  'before it began': () =>
    new (class extends ToneEngine {
      override synthesize(text: string, options: SynthesisOptions): AsyncGenerator<PcmChunk> {
        const { signal, ...rest } = options;
        return super.synthesize(text, signal?.aborted ? rest : options);
      }
    })(),
  'after any chunk': () =>
    new (class extends ToneEngine {
      override checkRunning(signal: AbortSignal | undefined): void {
        try {
          super.checkRunning(signal);
        } catch (error) {
          throw signal?.aborted ? new Error('stopped') : error;
        }
      }
    })(),
  'while it is asked': () =>
    new (class extends ToneEngine {
      override async *synthesize(text: string, options: SynthesisOptions): AsyncGenerator<PcmChunk> {
        const { signal } = options;
        const isNew = signal !== undefined && !signal.aborted;
        if (isNew) await new Promise((resolve) => setTimeout(resolve, 3000));
        yield* super.synthesize(text, options);
      }
    })(),
  'leave early': () =>
    new (class extends ToneEngine {
      #isSpeaking = false;
      override async *synthesize(text: string, options: SynthesisOptions): AsyncGenerator<PcmChunk> {
        if (this.#isSpeaking) throw new EloquenceError('TTS_FAILED', 'busy');
        this.#isSpeaking = true;
        yield* super.synthesize(text, options);
        this.#isSpeaking = false;
      }
    })(),
  'no listener on the signal': () =>
    new (class extends ToneEngine {
      override synthesize(text: string, options: SynthesisOptions): AsyncGenerator<PcmChunk> {
        options.signal?.addEventListener('abort', () => this.makeSamples());
        return super.synthesize(text, options);
      }
    })(),
  'can be disposed twice': () =>
    new (class extends ToneEngine {
      override dispose(): void {
        if (this.isDisposed) throw new Error('freed twice');
        super.dispose();
      }
    })(),
  'ends what it is saying': () =>
    new (class extends ToneEngine {
      override checkRunning(signal: AbortSignal | undefined): void {
        if (signal?.aborted) throw abortedError(signal);
      }
    })(),
  'side by side': () => {
    const engine = new (class extends ToneEngine {
      override dispose(): void {
        for (const other of open) other.isDisposed = true;
      }
    })();
    open.push(engine);
    return engine;
  },
};

const never = <T>(): Promise<T> => new Promise(() => undefined);
const silent = (synthesize: TtsEngine['synthesize']): TtsEngineFactory => ({
  create: () => Object.assign(new ToneEngine(), { synthesize }),
});

/** Voices that keep one waiting, or are none. */
const hostile: Readonly<Record<string, readonly [TtsEngineFactory, RegExp]>> = {
  'hangs when it is made': [{ create: never }, /making the voice takes more than 50 ms/],
  'throws when it is made': [
    {
      create() {
        throw new Error('no voice');
      },
    },
    /no voice/,
  ],
  'is nothing': [{ create: () => undefined as unknown as TtsEngine }, /undefined/],
  'has nothing to call': [{ create: () => ({}) as TtsEngine }, /is not a function|sampleRateHz/],
  'hangs when it speaks': [
    silent(() => ({ [Symbol.asyncIterator]: () => ({ next: never }) })),
    /a piece of speech takes more than 50 ms/,
  ],
  'gives something else than samples': [
    silent(async function* () {
      yield { samples: [1, 2, 3] as unknown as Int16Array, sampleRateHz: 16_000 };
    }),
    /nothing|false|level|length/i,
  ],
};

describe('describeTtsEngine', () => {
  it('finds nothing wrong with a right engine', async () => {
    const subject = { name: 'tone', createFactory: () => ({ create: () => new ToneEngine() }) };
    expect(await failuresOf((framework) => describeTtsEngine(framework, subject))).toEqual([]);
  });

  it('has a broken engine for each rule', () => {
    for (const rule of ttsEngineRules) {
      expect(Object.keys(broken).filter((words) => rule.title.includes(words))).toHaveLength(1);
    }
    expect(Object.keys(broken)).toHaveLength(ttsEngineRules.length);
  });

  it.each(Object.keys(broken))('rejects an engine that breaks "%s"', async (words) => {
    open = [];
    const rule = ttsEngineRules.find(({ title }) => title.includes(words))!;
    const subject = { name: 'broken', createFactory: () => ({ create: () => broken[words]!() }) };
    await expect(Promise.resolve().then(() => rule.check(subject))).rejects.toThrow();
  });

  it.each(Object.keys(hostile))('fails, and ends, with a voice that %s', async (what) => {
    const [factory, symptom] = hostile[what]!;
    const subject = { name: 'hostile', createFactory: () => factory, limitMs: 50 };
    const failures = await failuresOf((framework) => describeTtsEngine(framework, subject));
    const speaks = failures.find(({ title }) => title.startsWith('speaks: '));
    expect(String(speaks?.error)).toMatch(symptom);
  });
});
