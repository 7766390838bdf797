import { afterAll, describe, expect, it } from 'vitest';
import { measureHidden } from './testing/player-hidden.js';
import { PlayerHarness } from './testing/player-harness.js';

const harness = await PlayerHarness.start({ throttles: true });
/** How long the speech is that a hidden tab plays, s. */
const seconds = Number(process.env['ELOQUENCE_HIDDEN_SECONDS'] ?? 8);

describe.skipIf(harness === undefined)('a hidden tab', () => {
  afterAll(() => harness!.stop());

  it.each([
    ['a worker', {}],
    ['the main thread', { worker: 'off' }],
  ])(
    'goes on with %s, whatever becomes of its timers',
    async (_name, options) => {
      const { timerFires, ...figures } = await measureHidden(harness!, seconds, options);
      expect(timerFires).toBeLessThan(20);
      expect(figures).toEqual({
        ...{ stalls: 0, framesLost: 0, framesDuplicated: 0, silences: 0 },
        ...{ isSame: true, wasHidden: true },
      });
    },
    (seconds + 60) * 1500,
  );
});
