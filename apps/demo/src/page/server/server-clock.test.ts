import { describe, expect, it } from 'vitest';
import { ServerClock } from './server-clock.js';

/** A server 5000 ms ahead, whose answers take these times there and back. */
function clockOver(trips: readonly (readonly [there: number, back: number])[]): ServerClock {
  let pageMs = 100;
  let count = 0;
  return new ServerClock(
    async () => {
      const [there, back] = trips[count++ % trips.length]!;
      const serverMs = pageMs + there + 5000;
      pageMs += there + back;
      return { serverMs };
    },
    () => pageMs,
  );
}

describe('ServerClock', () => {
  it('keeps the quickest answer, and is off by no more than it says', async () => {
    const clock = clockOver([
      [40, 10],
      [3, 1],
      [9, 30],
    ]);
    expect(clock.errorMs).toBe(Infinity);
    await clock.synchronise();
    expect(clock.errorMs).toBe(2);
    expect(Math.abs(clock.toServerMs(0) - 5000)).toBeLessThanOrEqual(clock.errorMs);
  });

  it('keeps what it knew when the server does not answer', async () => {
    let isThere = true;
    const clock = new ServerClock(
      () => (isThere ? Promise.resolve({ serverMs: 42 }) : Promise.reject(new Error('gone'))),
      () => 0,
    );
    await clock.synchronise();
    isThere = false;
    await expect(clock.synchronise()).rejects.toThrow('gone');
    expect(clock.nowMs()).toBe(42);
  });
});
