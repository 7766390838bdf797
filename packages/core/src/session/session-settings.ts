import type { LaneKind, Scenario } from '@eloquence/plugin-api';

/** What differs from session to session. */
export interface SessionSettings {
  /** What to speak into: a transport plugin must accept it. */
  readonly target: unknown;
  readonly lane: LaneKind | 'auto';
  /** Profile of utterances that name none; `auto` lets the policy choose, and change it as the link changes. */
  readonly profile: string;
  /** What utterances that say nothing of it are for: biases the choice. Default `conversation`. */
  readonly scenario?: Scenario | undefined;
  /** Id of the control policy, default `adaptive`. */
  readonly policy?: string | undefined;
  /** Id of the forecaster, default `holt`. */
  readonly forecaster?: string | undefined;
  readonly ttsEngine: string;
  readonly voice?: string | undefined;
  /** Ids of the text filters that every text passes, in order; if absent, those that say they apply to it. */
  readonly textFilters?: readonly string[] | undefined;
  /** Rate at which speech is encoded and sent, Hz. */
  readonly sampleRateHz: number;
  /** Load the voice when the session opens, rather than with the first text. */
  readonly preloadVoice: boolean;
  /** Utterances that may wait; one more is refused. */
  readonly maxQueuedUtterances: number;
  /** Ids of the monitors that watch the session; all that are installed if absent. */
  readonly monitors?: readonly string[] | undefined;
  /** Lets everything else that waits on the event loop have its turn. */
  readonly yieldTurn: () => Promise<void>;
}

/** How long a session waits for plugins, ms. A longer wait ends with `PLUGIN_TIMEOUT`, and counts as a fault. */
export interface CallLimits {
  /** `create()` of a voice or a transport. Default 15 000. */
  readonly createLimitMs: number;
  /** `openLane()` of a transport. Default 30 000. */
  readonly openLaneLimitMs: number;
  /** Each piece of speech from `synthesize()` of a voice. Default 30 000. */
  readonly synthesizeLimitMs: number;
}

export function callLimitsOf(limits: {
  readonly [Limit in keyof CallLimits]?: number | undefined;
}): CallLimits {
  const { createLimitMs = 15_000, openLaneLimitMs = 30_000, synthesizeLimitMs = 30_000 } = limits;
  return { createLimitMs, openLaneLimitMs, synthesizeLimitMs };
}
