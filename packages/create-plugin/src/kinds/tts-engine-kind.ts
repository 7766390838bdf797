import type { PluginKind } from './plugin-kind.js';

export const ttsEngineKind: PluginKind = {
  kind: 'ttsEngine',
  point: 'ttsEngines',
  summary: 'a voice that hums each word, to be replaced by one that speaks',
  idOf: ({ id }) => id,
  exportOf: ({ pascalId, stem }) => ({ name: `${pascalId}Engine`, file: `${stem}-engine` }),
  registrationOf: ({ pascalId }) => `{ create: () => new ${pascalId}Engine() }`,
  codeOf: ({ pascalId, id }) => `import {
  EloquenceError,
  type PcmChunk,
  type SynthesisOptions,
  type TtsEngine,
  abortedError,
} from '@eloquence/plugin-api';

const voices = [{ id: '${id}', name: '${pascalId}', language: 'en' }];

/** Hums each word for as long as it takes to say it. */
export class ${pascalId}Engine implements TtsEngine {
  readonly sampleRateHz = 16_000;
  #isDisposed = false;

  listVoices = () => Promise.resolve(voices);

  async *synthesize(text: string, options: SynthesisOptions): AsyncGenerator<PcmChunk> {
    const { voice = 'en', rate = 1, signal } = options;
    if (!voices.some(({ id, language }) => id === voice || language === voice)) {
      throw new EloquenceError('VOICE_UNKNOWN', \`There is no voice '\${voice}'.\`, { value: voice });
    }
    let startMs = 0;
    for (const word of text.split(/\\s+/)) {
      // Others have their turn between two words.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) throw abortedError(signal);
      if (this.#isDisposed) throw new EloquenceError('DISPOSED', 'The voice was disposed.');
      const endMs = startMs + (80 + 60 * word.length) / rate;
      const words = word === '' ? [] : [{ text: word, startMs, endMs }];
      yield { samples: this.#hum(endMs - startMs), sampleRateHz: this.sampleRateHz, words };
      startMs = endMs;
    }
    if (signal?.aborted) throw abortedError(signal);
  }

  dispose(): void {
    this.#isDisposed = true;
  }

  #hum(durationMs: number): Int16Array {
    const count = Math.round((durationMs * this.sampleRateHz) / 1000);
    const fade = (at: number): number => Math.min(1, at / 320, (count - at) / 320);
    const step = (2 * Math.PI * 140) / this.sampleRateHz;
    return Int16Array.from({ length: count }, (_, at) => 6000 * fade(at) * Math.sin(step * at));
  }
}
`,
  testOf: ({ pascalId, id }) => ({
    kit: 'describeTtsEngine',
    body: `describeTtsEngine(framework, {
  name: '${id}',
  createFactory: () => ({ create: () => new ${pascalId}Engine() }),
});`,
  }),
};
