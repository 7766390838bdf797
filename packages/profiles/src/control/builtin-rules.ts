import type { ControlRule } from '@eloquence/plugin-api';
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
