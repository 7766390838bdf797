import type { Forecast } from './forecaster.js';
import type { LinkState } from './link-state.js';

/** What is spoken for; it biases the choice of the profile. */
export type Scenario = 'conversation' | 'realtime' | 'longform' | 'degraded';

/** What a selector wants to know of a profile that it may choose. */
export interface ProfileChoice {
  readonly id: string;
  readonly bitrateBps: number;
}

/** One receiver: how its link is, and how it is expected to be. */
export interface ReceiverOutlook {
  readonly conditions: LinkState;
  readonly forecast?: Forecast;
}

/** What a selector remembers from one call to the next: plain data, kept by the caller and part of the input. */
export type SelectorMemory = Readonly<Record<string, string | number | boolean>>;

/** Everything that a selection may depend on. */
export interface SelectionInput {
  readonly atMs: number;
  readonly scenario: Scenario;
  /** The profile to use whatever the conditions are. */
  readonly pinnedProfileId?: string;
  readonly currentProfileId: string;
  readonly profiles: readonly ProfileChoice[];
  /**
   * Those that have reported. Before the first report: empty, or, if all are far, what is presumed of them
   * (`isCapacityPresumed`, with `reports` 0).
   */
  readonly receivers: readonly ReceiverOutlook[];
  /** Audio already handed over and not yet played, ms, at the receiver with the least. */
  readonly leadMs: number;
  /** Empty at the first call of a session. */
  readonly memory: SelectorMemory;
}

export interface Selection {
  readonly profileId: string;
  /** How pressing it is: 0 stay, 1 improve, 2 protect, 3 pinned or rescue. */
  readonly priority: number;
  /** One sentence for people, with the figures that decided. */
  readonly reason: string;
  /** Short name of the rule that decided. */
  readonly rule: string;
  /** To be given back at the next call. */
  readonly memory: SelectorMemory;
}

/**
 * Chooses the delivery profile. A pure function of its input, memory included: a log of inputs replays to the same
 * selections.
 */
export interface ProfileSelector {
  select(input: SelectionInput): Selection;
}
