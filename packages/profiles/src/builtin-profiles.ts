import type { BuiltinProfileId, Profile } from '@eloquence/plugin-api';
import { balancedOptimal } from './balanced-optimal.js';
import { emergencyFallback } from './emergency-fallback.js';
import { highThroughput } from './high-throughput.js';
import { ultraPerformance } from './ultra-performance.js';

/** The profiles that every installation has, by id. */
export const builtinProfiles: Readonly<Record<BuiltinProfileId, Profile>> = Object.freeze({
  ULTRA_PERFORMANCE: ultraPerformance,
  BALANCED_OPTIMAL: balancedOptimal,
  HIGH_THROUGHPUT: highThroughput,
  EMERGENCY_FALLBACK: emergencyFallback,
});

/** The one to begin with, while nothing is known of the link. */
export const defaultProfileId: BuiltinProfileId = 'BALANCED_OPTIMAL';
