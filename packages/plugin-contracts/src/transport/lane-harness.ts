import { createSeededRandom } from '@eloquence/base';
import type {
  EncodedFrame,
  Lane,
  LaneUtterance,
  LaneUtteranceEnd,
  StreamSettings,
  Transport,
} from '@eloquence/plugin-api';
import { CountingClock, within } from '../support/call-limits.js';
import { createTestSpeech } from '../support/test-speech.js';
import type { TransportHarness, TransportSubject } from './transport-subject.js';

export const sampleRateHz = 16_000;
export const frameMs = 20;
export const frameSamples = (sampleRateHz * frameMs) / 1000;

export const someStreamSettings: StreamSettings = {
  codec: { codecId: 'pcm', bitrateBps: 256_000, frameMs, complexity: 5 },
  batcherId: 'deadline',
  batch: { firstMs: 20, maxMs: 20 },
  playout: { initialBufferMs: 40, rebufferMs: 60 },
  maxBufferAheadMs: 10_000,
  window: { cwndGain: 1.25, initialPackets: 16 },
  redundancy: { redundantFirstPackets: 1, redundancyDelaysMs: [30] },
  reportIntervalMs: 50,
};

/** A transport of the subject in a scene of its own, with a clock that counts what is left behind. */
export class LaneHarness {
  readonly clock = new CountingClock();
  readonly abort = new AbortController();
  readonly #subject: TransportSubject;
  readonly harness: TransportHarness;
  readonly transport: Transport;
  #lane: Lane | undefined;

  private constructor(subject: TransportSubject, harness: TransportHarness) {
    this.#subject = subject;
    this.harness = harness;
    this.transport = subject.createFactory().create(harness.target, {
      clock: this.clock,
      random: createSeededRandom(1),
      lane: subject.lane ?? 'auto',
      signal: this.abort.signal,
    });
  }

  /** Runs `use`, then disposes everything whatever happened. */
  static async with(
    subject: TransportSubject,
    use: (harness: LaneHarness) => Promise<void>,
    receivers: 0 | 1 = 1,
  ): Promise<void> {
    const harness = new LaneHarness(subject, await subject.openHarness(receivers));
    try {
      await use(harness);
    } finally {
      harness.dispose();
      await harness.harness.dispose();
    }
  }

  get limitMs(): number {
    return this.#subject.limitMs ?? 4000;
  }

  async openLane(): Promise<Lane> {
    this.#lane = await within(this.limitMs, 'opening the lane', this.transport.openLane());
    return this.#lane;
  }

  openUtterance(lane: Lane): LaneUtterance {
    return lane.openUtterance({
      settings: someStreamSettings,
      sampleRateHz,
      firstPcmAtMs: this.clock.nowMs(),
    });
  }

  /** Writes frames one by one, as credit allows. */
  async write(lane: Lane, utterance: LaneUtterance, frameCount: number, firstIndex = 0): Promise<void> {
    const pcm = createTestSpeech(sampleRateHz, frameCount * frameMs);
    for (let at = 0; at < frameCount; at++) {
      await within(this.limitMs, `credit for frame ${at}`, utterance.ready());
      const frame = pcm.subarray(at * frameSamples, (at + 1) * frameSamples);
      if (lane.kind === 'media') await within(this.limitMs, `taking frame ${at}`, utterance.writePcm(frame));
      else utterance.writeFrames({ frames: [encode(frame, firstIndex + at)] });
    }
  }

  /** Speaks an utterance of `sampleCount` samples to its end. */
  async speak(lane: Lane, sampleCount: number): Promise<{ utterance: LaneUtterance; end: LaneUtteranceEnd }> {
    const utterance = this.openUtterance(lane);
    await this.write(lane, utterance, Math.ceil(sampleCount / frameSamples));
    utterance.end(sampleCount);
    return { utterance, end: await this.endOf(utterance, 'playout') };
  }

  async endOf(utterance: LaneUtterance, what: 'playout' | 'delivery'): Promise<LaneUtteranceEnd> {
    const end = what === 'playout' ? utterance.played : utterance.delivered;
    return within(this.limitMs, `the end of ${what}`, end);
  }

  dispose(): void {
    this.#lane?.dispose();
    this.transport.dispose();
  }
}

function encode(pcm: Int16Array, index: number): EncodedFrame {
  const payload = new Uint8Array(pcm.length * 2);
  const view = new DataView(payload.buffer);
  for (const [at, sample] of pcm.entries()) view.setInt16(2 * at, sample, true);
  return { index, payload, format: { codecId: 'pcm', sampleRateHz, frameMs } };
}
