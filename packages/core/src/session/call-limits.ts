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
