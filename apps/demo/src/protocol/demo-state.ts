import type { ArmId, ArmState } from './arms.js';
import type { NetworkState } from './network-state.js';
import type { PluginsState } from './plugins-state.js';
import type { UtteranceStart } from './utterance-start.js';

/** Everything that changes, as it is now. */
export interface DemoState {
  readonly arms: readonly ArmState[];
  readonly network: NetworkState;
  readonly plugins: PluginsState;
  readonly migration: MigrationState;
  readonly problems: readonly Problem[];
  /** What is being spoken; `null` if nothing is. */
  readonly speaking: UtteranceStart | null;
}

/** Something is wrong that a person should know of. */
export interface Problem {
  /** For example `SERVER_FAILED`, `NO_RECEIVER`, `CONNECTION_LOST`. */
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly arm?: ArmId;
}

/** There is nothing yet that migrates. */
export type MigrationState = { readonly available: false };
