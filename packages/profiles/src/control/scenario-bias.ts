import type { LinkQuality, Scenario } from '@eloquence/plugin-api';
import type { Thresholds } from './thresholds.js';

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
