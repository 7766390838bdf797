import type { ControlRule, NamedRule } from '@eloquence/plugin-api';
import { fastProtection } from './rules/fast-protection.js';
import { highRttPrior } from './rules/high-rtt-prior.js';
import {
  changeLimit,
  jitterLimit,
  lossLimit,
  rateLimit,
  roundTripLimit,
  silenceLimit,
} from './rules/link-limits.js';
import { lossEvidence } from './rules/loss-evidence.js';
import { lowBandwidthTuning } from './rules/low-bandwidth-tuning.js';

/** Contributed one by one, through the same point that other plugins use. */
export const builtinRules: Readonly<Record<string, ControlRule>> = Object.freeze({
  'high-rtt-prior': highRttPrior,
  silence: silenceLimit,
  'round-trip': roundTripLimit,
  rate: rateLimit,
  loss: lossLimit,
  jitter: jitterLimit,
  change: changeLimit,
  'low-bandwidth-tuning': lowBandwidthTuning,
  'fast-protection': fastProtection,
  'loss-evidence': lossEvidence,
});

/** Rules are asked in ascending order; this is theirs where they name none. */
const defaultOrder = 1000;

/** The built-in rules, and others by their ids, in the order in which a session asks them: for replays. */
export function orderedRules(others: Readonly<Record<string, ControlRule>> = {}): NamedRule[] {
  const orderOf = ({ rule }: NamedRule): number => rule.order ?? defaultOrder;
  return Object.entries({ ...builtinRules, ...others })
    .map(([id, rule]) => ({ id, rule }))
    .sort((a, b) => orderOf(a) - orderOf(b) || (a.id < b.id ? -1 : 1));
}
