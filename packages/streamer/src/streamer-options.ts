import type { ContributionOverrides, PluginConfiguration } from '@eloquence/core';
import {
  type BuiltinProfileId,
  type Clock,
  EloquenceError,
  type PluginDescriptor,
} from '@eloquence/plugin-api';

/** What is said, which profile suits it when none is named. */
export type Scenario = 'conversation' | 'realtime' | 'longform' | 'degraded';

/** Ids of the built-in profiles, or of one that a plugin contributes. */
export type ProfileId = BuiltinProfileId | (string & {});

export interface StreamerOptions {
  /** Pins a profile; otherwise the scenario decides. */
  readonly profile?: ProfileId;
  /** Default `conversation`. */
  readonly scenario?: Scenario;
  /** `auto` (default): the data lane if a receiver answers, the media lane otherwise. */
  readonly lane?: 'auto' | 'data' | 'media';
  /** Id of the voice's TTS engine, default `espeak`. */
  readonly ttsEngine?: string;
  /** A voice of the engine, or a BCP 47 language tag. */
  readonly voice?: string;
  /** Rate at which speech is encoded, Hz: 8 000, 12 000, 16 000, 24 000 (default) or 48 000. */
  readonly sampleRateHz?: number;
  /** Plugins beside the default ones. One with the name of a default one replaces it. */
  readonly plugins?: readonly PluginDescriptor[];
  /** Settings of plugins, by the plugin's name. */
  readonly configuration?: PluginConfiguration;
  /** Which plugin provides an id that several contribute. */
  readonly overrides?: ContributionOverrides;
  /** Load the voice at `initialize()` (default), rather than with the first text. Off saves its memory where only PCM is said. */
  readonly preloadVoice?: boolean;
  /** Utterances that may wait for their turn, default 256. */
  readonly maxQueuedUtterances?: number;
  readonly clock?: Clock;
  /** Seed of everything random, for runs that can be repeated. */
  readonly seed?: number;
}

const scenarioProfiles: Readonly<Record<Scenario, BuiltinProfileId>> = {
  conversation: 'BALANCED_OPTIMAL',
  realtime: 'ULTRA_PERFORMANCE',
  longform: 'HIGH_THROUGHPUT',
  degraded: 'EMERGENCY_FALLBACK',
};

/** @throws EloquenceError `OPTION_INVALID` for a scenario that does not exist */
export function profileOf(options: {
  readonly profile?: ProfileId;
  readonly scenario?: Scenario;
}): ProfileId {
  if (options.profile !== undefined) return options.profile;
  const scenario = options.scenario ?? 'conversation';
  if (!Object.hasOwn(scenarioProfiles, scenario)) {
    throw new EloquenceError('OPTION_INVALID', `There is no scenario '${String(scenario)}'.`, {
      value: scenario,
      hint: `Use one of ${Object.keys(scenarioProfiles).join(', ')}.`,
    });
  }
  return scenarioProfiles[scenario];
}

const sampleRatesHz = [8000, 12000, 16000, 24000, 48000];

/** @throws EloquenceError `OPTION_INVALID` */
export function checkedSampleRateHz(sampleRateHz = 24000): number {
  if (!sampleRatesHz.includes(sampleRateHz)) {
    throw new EloquenceError('OPTION_INVALID', `sampleRateHz cannot be ${String(sampleRateHz)}.`, {
      value: sampleRateHz,
      hint: `Use one of ${sampleRatesHz.join(', ')}.`,
    });
  }
  return sampleRateHz;
}
