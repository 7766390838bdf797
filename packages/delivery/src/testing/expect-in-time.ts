import { createSeededRandom } from '@eloquence/base';
import { expect } from 'vitest';
import { type DisturbedCase, disturbedCase, runDisturbed } from './disturbed-utterance.js';

/** Silent, or answering late, for less than that is outlasted, ms. */
const tunnelMs = 8000;

/** Whatever befalls a receiver: the utterance settles in time, and nobody else is held up. */
export async function expectInTime(seed: number, from: number, count: number): Promise<void> {
  for (let number = from; number < from + count; number++) {
    const planned = disturbedCase(number, seed);
    const { end, settledAfterMs, isWritten, otherFrames, frames, pendingTimers } = await runDisturbed(
      planned,
      createSeededRandom(seed - number),
    );
    const told = `case ${number} of seed ${seed}: ${JSON.stringify(planned)} ended ${end.outcome}`;
    expect(settledAfterMs, told).toBeLessThan(13_000);
    expect(pendingTimers, told).toBe(0);
    const all = 3 * planned.packets;
    if (otherFrames !== undefined) {
      expect([isWritten, otherFrames, end.outcome], told).toEqual([true, all, 'complete']);
    }
    if (isTunnel(planned)) {
      expect([isWritten, frames], told).toEqual([true, all]);
      expect(['complete', 'presumed'], told).toContain(end.outcome);
    }
  }
}

function isTunnel({ befalls }: DisturbedCase): boolean {
  const kinds = befalls.map(({ what }) => what);
  const silence = befalls.find(({ what }) => what === 'silence');
  return kinds.includes('playing for ever') && silence !== undefined && silence.lastsMs <= tunnelMs;
}
