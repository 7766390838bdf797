import type { ArmAccess } from './arms.js';
import type { NetworkPreset, NetworkSettings } from './network-state.js';
import type { DemoLanguage } from './utterance-start.js';
import type { DemoState } from './demo-state.js';

export interface SessionFacts {
  readonly server: ServerFacts;
  /** Empty if there is no server to join. */
  readonly arms: readonly ArmAccess[];
  readonly languages: readonly DemoLanguage[];
  readonly presets: readonly NetworkPreset[];
  readonly limits: DemoLimits;
  readonly state: DemoState;
}

export interface ServerFacts {
  /** `simulated`: there is no LiveKit server; figures are a simulation's, and there is nothing to hear. */
  readonly kind: 'real' | 'simulated';
  /** Where LiveKit listens, without the emulated link; `null` if simulated. */
  readonly url: string | null;
  readonly version: string | null;
  /** Why it is simulated, and what to do; `null` if real. */
  readonly reason: string | null;
  readonly hint: string | null;
}

export interface DemoLimits {
  readonly textLength: number;
  readonly speed: readonly [number, number];
  readonly blackoutMs: readonly [number, number];
  /** Inclusive, of each setting. */
  readonly network: Readonly<Record<keyof NetworkSettings, readonly [number, number]>>;
}

/**
 * Ask a few times, keep the quickest answer: `serverMs − (askedMs + answeredMs) / 2` is the offset of the server's
 * clock to the page's `performance.now()`, right to ± half of the time that the answer took.
 */
export interface ClockAnswer {
  readonly serverMs: number;
}
