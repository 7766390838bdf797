import { describe, it } from 'vitest';
import { expectInTime } from '../testing/expect-in-time.js';

describe('whatever befalls a receiver', () => {
  it('every pair of disturbances leaves the utterance to settle within 13 s, and the others alone', async () => {
    await expectInTime(20_261_130, 0, 320);
  }, 60_000);
});
