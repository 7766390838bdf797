import { profileSettings } from '@eloquence/plugin-contracts';
import type { AudioFormat, EncodedFrame, StreamSettings } from '@eloquence/plugin-api';
import type { UtteranceTotals } from '../stream/transmitter.js';

export const opusFormat: AudioFormat = { codecId: 'opus', sampleRateHz: 24_000, frameMs: 20 };

/** What the default profile has in production, without the copies that most tests would have to count. */
export function sampleSettings(changes: Partial<StreamSettings> = {}): StreamSettings {
  return profileSettings('BALANCED_OPTIMAL', {
    redundancy: { redundantFirstPackets: 0, redundancyDelaysMs: [] },
    ...changes,
  });
}

/** Frames numbered from `first`, whose bytes tell their number. */
export function sampleFrames(first: number, count: number, bytes = 60, format = opusFormat): EncodedFrame[] {
  return Array.from({ length: count }, (_, at) => ({
    index: first + at,
    payload: new Uint8Array(bytes).fill((first + at) & 0xff),
    format,
  }));
}

/** What an END packet says; of no importance to the sender. */
export const sampleTotals: UtteranceTotals = {
  type: 'end',
  channel: 0,
  utteranceSequence: 1,
  packetCount: 0,
  frameCount: 0,
  sampleCount: 0,
};
