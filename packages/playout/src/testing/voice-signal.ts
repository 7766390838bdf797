import { createSeededRandom } from '@eloquence/base';

/**
 * A signal that is shaped like speech: voiced stretches of harmonics with three formants and a gliding pitch, a
 * little breath, and pauses.
 *
 * @param pitchHz at the beginning; falls by a tenth within each stretch
 */
export function voiceSignal(
  sampleRateHz: number,
  durationMs: number,
  pitchHz: number,
  pauses = true,
): Int16Array<ArrayBuffer> {
  const random = createSeededRandom(pitchHz);
  const pcm = new Int16Array(Math.round((sampleRateHz * durationMs) / 1000));
  let phase = 0;
  for (let at = 0; at < pcm.length; at++) {
    const ms = (at * 1000) / sampleRateHz;
    const within = (ms % 500) / 500;
    const isPause = pauses && within > 0.76;
    const hz = pitchHz * (1 - 0.1 * within);
    phase += (2 * Math.PI * hz) / sampleRateHz;
    let value = 0.003 * (random.next() - 0.5);
    if (!isPause) {
      const edge = pauses ? Math.min(1, within / 0.04, (0.76 - within) / 0.04) : 1;
      for (let harmonic = 1; harmonic * hz < 3400; harmonic++)
        value += 0.16 * Math.max(0, edge) * formants(harmonic * hz) * Math.sin(harmonic * phase);
    }
    pcm[at] = Math.round(Math.max(-1, Math.min(1, value)) * 32_000);
  }
  return pcm;
}

function formants(hz: number): number {
  return [600, 1200, 2500].reduce(
    (sum, centre, at) => sum + 0.7 ** at / (1 + ((hz - centre) / 180) ** 2),
    0.05,
  );
}
