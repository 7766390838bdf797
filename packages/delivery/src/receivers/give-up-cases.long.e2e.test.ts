import { describe, it } from 'vitest';
import { expectInTime } from '../testing/expect-in-time.js';

describe('whatever befalls a receiver', () => {
  it.each([0, 1, 2, 3, 4])(
    '2 560 cases of seed %i settle within 13 s, and leave the others alone',
    async (seed) => {
      await expectInTime(seed, 0, 2560);
    },
    600_000,
  );
});
