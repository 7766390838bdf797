import { afterAll, describe, expect, it } from 'vitest';
import { measureEndurance } from './testing/player-endurance.js';
import { PlayerHarness } from './testing/player-harness.js';

const harness = await PlayerHarness.start();
/** How long it speaks without a break, s; 600 for the full measurement. */
const seconds = Number(process.env['ELOQUENCE_ENDURANCE_SECONDS'] ?? 10);

describe.skipIf(harness === undefined)('continuous speech on link B', () => {
  afterAll(() => harness!.stop());

  it(
    'does not stall, holds its memory, and leaves the main thread alone',
    async () => {
      const figures = await measureEndurance(harness!, seconds);
      console.log(JSON.stringify(figures));
      expect(figures.framesLost).toBe(0);
      expect(figures.stability).toBeGreaterThanOrEqual(99.5);
      expect(figures.heapGrowthBytes).toBeLessThan(5_000_000);
      expect(figures.longTasks).toBe(0);
    },
    (seconds + 60) * 1500,
  );
});
