import type { PluginState } from '@eloquence/plugin-api';

export interface PluginsState {
  /** Those of the arm `eloquence`, as its inspector shows them. */
  readonly plugins: readonly PluginFacts[];
  readonly choices: readonly PluginChoice[];
  readonly breakages: readonly Breakage[];
}

export interface PluginFacts {
  readonly id: string;
  readonly version: string;
  readonly state: PluginState;
  readonly contributions: readonly PluginContribution[];
  readonly activationMs: number | null;
  readonly faults: number;
  /** Why it is out of use, or what failed last; `null` if nothing did. */
  readonly cause: string | null;
  /** What it was loaded for, for example `onCodec:opus`. */
  readonly loadedBy: string | null;
  /** Whether the demo lets it be switched off. */
  readonly canDisable: boolean;
}

/** What a plugin adds to one contribution point. */
export interface PluginContribution {
  /** For example `codecs`. */
  readonly point: string;
  readonly ids: readonly string[];
}

export type ChoiceName = 'profile' | 'codec' | 'batcher';

/** Something to choose from; holds from the next utterance on. A choice of codec or batcher pins the profile. */
export interface PluginChoice {
  readonly name: ChoiceName;
  readonly options: readonly string[];
  /** `auto`: as the profile in use says, or for `profile` as the selector decides. */
  readonly chosen: string;
}

/** What a plugin can be made to do wrong, from the next utterance on and in the middle of it. */
export type BreakageName = 'codec-throws' | 'codec-slow' | 'batcher-throws';

export interface Breakage {
  readonly name: BreakageName;
  /** Plugin that will misbehave, and be quarantined. */
  readonly pluginId: string;
  readonly isOn: boolean;
}
