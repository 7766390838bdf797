import {
  linkQualities,
  type LinkQuality,
  type LinkState,
  type RuleMemory,
  type Scenario,
} from '@eloquence/plugin-api';
import type { Thresholds } from './thresholds.js';

export function isWorse(a: LinkQuality, b: LinkQuality): boolean {
  return linkQualities.indexOf(a) < linkQualities.indexOf(b);
}

export function oneAbove(quality: LinkQuality): LinkQuality {
  return linkQualities[Math.min(linkQualities.length - 1, linkQualities.indexOf(quality) + 1)]!;
}

export function oneBelow(quality: LinkQuality): LinkQuality {
  return linkQualities[Math.max(0, linkQualities.indexOf(quality) - 1)]!;
}

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

/** What is assumed of a link while nothing is known of it. */
export function initialQuality(scenario: Scenario): LinkQuality {
  if (scenario === 'realtime') return 'good';
  return scenario === 'degraded' ? 'poor' : 'fair';
}

/** Factor on the loss and jitter that are borne. */
export function toleranceOf(scenario: Scenario, thresholds: Thresholds): number {
  if (scenario === 'realtime') return thresholds.realtimeTolerance;
  return scenario === 'degraded' ? thresholds.degradedTolerance : 1;
}

/**
 * The link that settings are fitted to. All receivers of a group get the same encoding, so it is the best one's that
 * counts: the one that carries most, and of equals the one that loses least. The others are served by their own
 * redundancy, retransmissions and windows.
 */
export function widestLink(links: readonly LinkState[]): LinkState | undefined {
  let widest: LinkState | undefined;
  for (const link of links) if (widest === undefined || isWider(link, widest)) widest = link;
  return widest;
}

function isWider(link: LinkState, other: LinkState): boolean {
  const [width, otherWidth] = [capacityOf(link), capacityOf(other)];
  return width === otherWidth ? link.lossPercent < other.lossPercent : width > otherWidth;
}

/** Where no limit has shown there is none that matters. */
function capacityOf({ capacityBytesPerSecond }: LinkState): number {
  return capacityBytesPerSecond ?? Number.POSITIVE_INFINITY;
}
