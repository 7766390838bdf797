import type { AccessLink } from '@eloquence/netlab';
import type { StreamSettings } from '@eloquence/plugin-api';
import { SpeechHarness, balanced } from './speech-harness.js';

/** What one utterance after the other over a link came to. Times in ms. */
export interface FirstAudio {
  readonly link: string;
  readonly utterances: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly deliveryP50Ms: number;
  readonly stalledUtterances: number;
  /** Stalled time over speech time, percent. */
  readonly stallPercent: number;
  readonly retransmittedPercent: number;
  readonly lostFrames: number;
}

export interface FirstAudioOptions {
  readonly sessions?: number;
  readonly utterancesPerSession?: number;
  readonly durationMs?: number;
  readonly settings?: StreamSettings;
}

/** Speaks over a link in several sessions, each with its own seed, and looks at when sound began. */
export async function measureFirstAudio(
  link: AccessLink,
  options: FirstAudioOptions = {},
): Promise<FirstAudio> {
  const { sessions = 10, utterancesPerSession = 10, durationMs = 6000, settings = balanced } = options;
  const firstAudioMs: number[] = [];
  const deliveryMs: number[] = [];
  let stalled = 0;
  let stalledMs = 0;
  let lostFrames = 0;
  let sent = 0;
  let repeated = 0;
  for (let seed = 1; seed <= sessions; seed++) {
    const harness = new SpeechHarness(seed);
    const ear = await harness.listen(link);
    for (let count = 0; count < utterancesPerSession; count++) {
      const spoken = harness.speak(durationMs, settings);
      const { counters } = await harness.finish(spoken);
      const heard = ear.finished[count]!;
      firstAudioMs.push(heard.startedAtMs! - spoken.firstPcmAtMs);
      deliveryMs.push(heard.completedAtMs! - spoken.firstPcmAtMs);
      if (heard.stalls > 0) stalled++;
      stalledMs += heard.stalledMs;
      lostFrames += heard.framesLost;
      sent += counters.packetsSent;
      repeated += counters.packetsRetransmitted;
      // Utterances do not come in step with the link's bursts.
      await harness.clock.advanceAsync(500 + 37 * count);
    }
    harness.dispose();
  }
  const utterances = firstAudioMs.length;
  return {
    link: link.name,
    utterances,
    p50Ms: quantile(firstAudioMs, 0.5),
    p95Ms: quantile(firstAudioMs, 0.95),
    deliveryP50Ms: quantile(deliveryMs, 0.5),
    stalledUtterances: stalled,
    stallPercent: (100 * stalledMs) / (utterances * durationMs),
    retransmittedPercent: (100 * repeated) / sent,
    lostFrames,
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
