import type { LinkState, SelectorMemory } from '@eloquence/plugin-api';
import { type LinkVerdict, linkVerdicts } from './link-verdict.js';

/** What is remembered of the verdict: the part of the selector's memory that keeps it from flapping. */
export interface VerdictState {
  readonly verdict: LinkVerdict;
  /** When it last changed; absent before the first change. */
  readonly changedAtMs?: number;
  readonly wasRaised: boolean;
  /** How long it must stay before it may rise, ms. */
  readonly dwellMs: number;
}

const leastDwellMs = 5000;
/** After a link was poor, one waits longer before trusting it. */
const dwellOfPoorMs = 10_000;
const longestDwellMs = 60_000;
const downAfterRtts = 2;

export function initialState(verdict: LinkVerdict): VerdictState {
  return { verdict, wasRaised: false, dwellMs: 0 };
}

/** Whether the verdict may fall now: at once, but at most once in two round trips. */
export function mayFall(state: VerdictState, nowMs: number, smoothedRttMs: number): boolean {
  return state.changedAtMs === undefined || nowMs - state.changedAtMs >= downAfterRtts * smoothedRttMs;
}

/** Whether the verdict may rise now: it has stayed long enough, and what it rests on is fresh. */
export function mayRise(state: VerdictState, conditions: LinkState): boolean {
  const { atMs, freshBytes, minRttMs, capacityBytesPerSecond, rateMaxBytesPerSecond } = conditions;
  if (state.changedAtMs !== undefined && atMs - state.changedAtMs < state.dwellMs) return false;
  const productBytes = ((capacityBytesPerSecond ?? rateMaxBytesPerSecond) * minRttMs) / 1000;
  return freshBytes >= productBytes && freshBytes > 0;
}

export function fallTo(verdict: LinkVerdict, state: VerdictState, nowMs: number): VerdictState {
  const leastMs = verdict === 'poor' ? dwellOfPoorMs : leastDwellMs;
  // Fell soon after it had risen: the rise was a mistake, and the next one waits twice as long.
  const hasFlapped =
    state.wasRaised &&
    state.changedAtMs !== undefined &&
    nowMs - state.changedAtMs < 2 * Math.max(leastMs, state.dwellMs);
  const dwellMs = hasFlapped ? Math.min(longestDwellMs, 2 * Math.max(leastMs, state.dwellMs)) : leastMs;
  return { verdict, changedAtMs: nowMs, wasRaised: false, dwellMs };
}

export function riseTo(verdict: LinkVerdict, state: VerdictState, nowMs: number): VerdictState {
  return { verdict, changedAtMs: nowMs, wasRaised: true, dwellMs: Math.max(leastDwellMs, state.dwellMs) };
}

export function stateFrom(memory: SelectorMemory, initial: LinkVerdict): VerdictState {
  const { verdict, changedAtMs, wasRaised, dwellMs } = memory;
  const known = linkVerdicts.find((candidate) => candidate === verdict);
  if (known === undefined) return initialState(initial);
  return {
    verdict: known,
    ...(typeof changedAtMs === 'number' ? { changedAtMs } : {}),
    wasRaised: wasRaised === true,
    dwellMs: typeof dwellMs === 'number' ? dwellMs : leastDwellMs,
  };
}
