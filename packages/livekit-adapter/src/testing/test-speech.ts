import type { LaneUtterance, StreamSettings } from '@eloquence/plugin-api';

/** Settings that suit a quick test on loopback. */
export const testSettings: StreamSettings = {
  codec: { codecId: 'pcm', bitrateBps: 128_000, frameMs: 20, complexity: 5 },
  batcherId: 'fixed',
  batch: { firstMs: 20, maxMs: 20 },
  playout: { initialBufferMs: 40, rebufferMs: 120 },
  maxBufferAheadMs: 4000,
  window: { cwndGain: 1.25, initialPackets: 8 },
  redundancy: { redundantFirstPackets: 0, redundancyDelaysMs: [] },
  reportIntervalMs: 100,
};

/** A tone that starts and ends loud. */
export function tone(samples: number, sampleRateHz: number, frequencyHz = 440): Int16Array {
  return Int16Array.from({ length: samples }, (_, at) =>
    Math.round(12_000 * Math.cos((2 * Math.PI * frequencyHz * at) / sampleRateHz)),
  );
}

/** Writes PCM to a media lane in frames of 20 ms, and ends the utterance. */
export async function speakPcm(
  utterance: LaneUtterance,
  pcm: Int16Array,
  sampleRateHz: number,
): Promise<void> {
  const frame = sampleRateHz / 50;
  for (let at = 0; at < pcm.length; at += frame) {
    await utterance.ready();
    await utterance.writePcm(pcm.subarray(at, at + frame));
  }
  utterance.end(pcm.length);
}

/** Writes PCM of 8 kHz to a data lane, one frame of 20 ms a packet, and ends the utterance. */
export async function speakFrames(utterance: LaneUtterance, pcm: Int16Array): Promise<void> {
  const format = { codecId: 'pcm', sampleRateHz: 8000, frameMs: 20 };
  for (let index = 0; index * 160 < pcm.length; index++) {
    const frame = pcm.slice(index * 160, (index + 1) * 160);
    await utterance.ready();
    utterance.writeFrames({ frames: [{ index, payload: new Uint8Array(frame.buffer), format }] });
  }
  utterance.end(pcm.length);
}
