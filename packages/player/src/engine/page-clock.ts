import { type Clock, createSystemClock } from '@eloquence/plugin-api';

/** Real time on the scale of the page's `performance.now()`, whichever thread it is read in. */
export function createPageClock(pageTimeOriginMs: number): Clock {
  const offsetMs = performance.timeOrigin - pageTimeOriginMs;
  const system = createSystemClock();
  return {
    nowMs: () => performance.now() + offsetMs,
    setTimer: (callback, delayMs) => system.setTimer(callback, delayMs),
  };
}
