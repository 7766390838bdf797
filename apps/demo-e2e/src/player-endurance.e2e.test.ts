import { afterAll, describe, expect, it } from 'vitest';
import { measureEndurance } from './testing/player-endurance.js';
import { PlayerRig } from './testing/player-rig.js';

const rig = await PlayerRig.start();
/** How long it speaks without a break, s; 600 for the full measurement. */
const seconds = Number(process.env['ELOQUENCE_ENDURANCE_SECONDS'] ?? 10);

describe.skipIf(rig === undefined)('continuous speech on link B', () => {
  afterAll(() => rig!.stop());

  it(
    'does not stall, holds its memory, and leaves the main thread alone',
    async () => {
      const figures = await measureEndurance(rig!, seconds);
      console.log(JSON.stringify(figures));
      expect(figures.framesLost).toBe(0);
      expect(figures.stability).toBeGreaterThanOrEqual(99.5);
      expect(figures.heapGrowthBytes).toBeLessThan(5_000_000);
      expect(figures.longTasks).toBe(0);
    },
    (seconds + 60) * 1500,
  );
});
