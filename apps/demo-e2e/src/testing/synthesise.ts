import { speakText } from '@eloquence/text';
import { createSystemClock } from '@eloquence/plugin-api';
import { createEspeakEngine } from '@eloquence/tts-espeak';

/** What the demo's voice makes of a text, at its own rate: sentence by sentence, as the demo does. */
export async function synthesise(text: string): Promise<{ pcm: Int16Array; sampleRateHz: number }> {
  const clock = createSystemClock();
  const { signal } = new AbortController();
  const engine = await createEspeakEngine({ clock });
  const chunks: Int16Array[] = [];
  const options = { clock, signal, language: 'en' };
  for await (const { samples } of speakText(
    text,
    (part) => engine.synthesize(part.text, { voice: 'en', signal }),
    options,
  ))
    chunks.push(samples);
  engine.dispose();
  const pcm = new Int16Array(chunks.reduce((sum, { length }) => sum + length, 0));
  chunks.reduce((at, samples) => (pcm.set(samples, at), at + samples.length), 0);
  return { pcm, sampleRateHz: engine.sampleRateHz };
}
