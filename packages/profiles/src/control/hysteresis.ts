import { type LinkQuality, type LinkState, type RuleMemory, linkQualities } from '@eloquence/plugin-api';
import type { Thresholds } from './thresholds.js';

/** What is remembered of the quality: keeps it from flapping. */
export interface QualityState {
  readonly quality: LinkQuality;
  /** When it last changed; absent before the first change. */
  readonly changedAtMs?: number;
  readonly wasRaised: boolean;
  /** How long it must stay before it may rise, ms. */
  readonly dwellMs: number;
}

/** Whether the quality may fall now: at once, but at most once in two round trips. */
export function mayFall(state: QualityState, nowMs: number, smoothedRttMs: number, t: Thresholds): boolean {
  return state.changedAtMs === undefined || nowMs - state.changedAtMs >= t.fallAfterRtts * smoothedRttMs;
}

/** Whether the quality may rise now: it has stayed long enough, and what it rests on is fresh. */
export function mayRise(state: QualityState, link: LinkState): boolean {
  const { atMs, freshBytes, minRttMs, capacityBytesPerSecond, rateMaxBytesPerSecond } = link;
  if (state.changedAtMs !== undefined && atMs - state.changedAtMs < state.dwellMs) return false;
  const productBytes = ((capacityBytesPerSecond ?? rateMaxBytesPerSecond) * minRttMs) / 1000;
  return freshBytes >= productBytes && freshBytes > 0;
}

export function fallTo(
  quality: LinkQuality,
  state: QualityState,
  nowMs: number,
  t: Thresholds,
): QualityState {
  const leastMs = quality === 'poor' ? t.dwellPoorMs : t.dwellMs;
  const flapMs = t.dwellFlapFactor * Math.max(leastMs, state.dwellMs);
  // Fell soon after it had risen: the rise was a mistake, and the next one waits twice as long.
  const hasFlapped = state.wasRaised && state.changedAtMs !== undefined && nowMs - state.changedAtMs < flapMs;
  const dwellMs = hasFlapped ? Math.min(t.dwellMaxMs, flapMs) : leastMs;
  return { quality, changedAtMs: nowMs, wasRaised: false, dwellMs };
}

export function riseTo(
  quality: LinkQuality,
  state: QualityState,
  nowMs: number,
  t: Thresholds,
): QualityState {
  return { quality, changedAtMs: nowMs, wasRaised: true, dwellMs: Math.max(t.dwellMs, state.dwellMs) };
}

export function qualityStateOf(memory: RuleMemory, initial: LinkQuality, t: Thresholds): QualityState {
  const { quality, changedAtMs, wasRaised, dwellMs } = memory;
  const known = linkQualities.find((candidate) => candidate === quality);
  if (known === undefined) return { quality: initial, wasRaised: false, dwellMs: 0 };
  return {
    quality: known,
    ...(typeof changedAtMs === 'number' ? { changedAtMs } : {}),
    wasRaised: wasRaised === true,
    dwellMs: typeof dwellMs === 'number' ? dwellMs : t.dwellMs,
  };
}
