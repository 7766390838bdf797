import { type DirectionConditions, linkFromParameters } from '@eloquence/netlab';

const RTT_MS = 40;
const STEP_MS = 3000;
const BLACKOUT_MS = 1000;
/** What is spoken meanwhile, ms. */
export const STEP_SPEECH_MS = 30_000;

/** The link that changes. */
export const STEP_LINK = {
  ...linkFromParameters({ rttMs: RTT_MS, jitterMs: 1, rateKbps: 2000, queueMs: 300 }),
  name: 'clean 2 Mbit/s',
};

export interface StepCase {
  readonly changes: Partial<DirectionConditions>;
  readonly durationMs: number;
  /** Whether the profile has to change; a blackout of a second is over before that would help. */
  readonly needsDecision: boolean;
  /** Round-trip time while the step lasts, ms. */
  readonly rttMs: number;
  /** Profiles that are robust enough for the link as it then is. */
  readonly suitable: readonly string[];
}

/** They ask no more of a link than 300 kbit/s give, and bear a long round trip. */
const MODEST = ['HIGH_THROUGHPUT', 'BALANCED_OPTIMAL', 'EMERGENCY_FALLBACK'];
/** They begin with copies, and bear losses. */
const COPYING = ['BALANCED_OPTIMAL', 'EMERGENCY_FALLBACK'];

/** What changes, by name. */
export const STEPS: ReadonlyMap<string, StepCase> = new Map([
  [
    'rate',
    {
      changes: { rateKbps: 300 },
      durationMs: STEP_MS,
      needsDecision: true,
      rttMs: RTT_MS,
      suitable: MODEST,
    },
  ],
  [
    'blackout',
    {
      changes: { down: true },
      durationMs: BLACKOUT_MS,
      needsDecision: false,
      rttMs: RTT_MS,
      suitable: ['EMERGENCY_FALLBACK'],
    },
  ],
  [
    'rtt',
    { changes: { delayMs: 150 }, durationMs: STEP_MS, needsDecision: true, rttMs: 300, suitable: MODEST },
  ],
  [
    'loss',
    {
      changes: { lossPercent: 10 },
      durationMs: STEP_MS,
      needsDecision: true,
      rttMs: RTT_MS,
      suitable: COPYING,
    },
  ],
]);
