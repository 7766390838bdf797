import { didYouMean } from '@eloquence/base';
import type { CallLimits, ContributionOverrides, PluginConfiguration } from '@eloquence/core';
import {
  type BuiltinProfileId,
  type Clock,
  EloquenceError,
  type PluginDescriptor,
  type Scenario,
  type ServiceProvider,
} from '@eloquence/plugin-api';

/** Ids of the built-in profiles, or of one that a plugin contributes; `auto` lets the policy choose and change it. */
export type ProfileId = 'auto' | BuiltinProfileId | (string & {});

/** How a streamer speaks, and with which plugins. Everything has a default. */
export interface StreamerOptions {
  /**
   * `auto` (default): what fits the link, changed as the link changes, without a gap. The id of a profile pins it with
   * all its settings.
   */
  readonly profile?: ProfileId | undefined;
  /** What is spoken for, which biases the choice of `auto`. Default `conversation`. */
  readonly scenario?: Scenario | undefined;
  /** Id of the control policy, default `adaptive`. */
  readonly policy?: string | undefined;
  /** Id of the forecaster, default `holt`. */
  readonly forecaster?: string | undefined;
  /** `auto` (default): the data lane if a receiver answers, the media lane otherwise. */
  readonly lane?: 'auto' | 'data' | 'media' | undefined;
  /** Id of the voice's TTS engine, default `espeak`. */
  readonly ttsEngine?: string | undefined;
  /** A voice of the engine, or a BCP 47 language tag. */
  readonly voice?: string | undefined;
  /**
   * Ids of the text filters that every text passes, in order; none if empty. If absent, those that say they apply to it:
   * `markdown` for texts that come as a stream, `pronunciations` for all, and those of plugins.
   */
  readonly textFilters?: readonly string[] | undefined;
  /** Rate at which speech is encoded, Hz: 8 000, 12 000, 16 000, 24 000 (default) or 48 000. */
  readonly sampleRateHz?: number | undefined;
  /** Plugins beside the default ones. One with the name of a default one replaces it. */
  readonly plugins?: readonly PluginDescriptor[] | undefined;
  /** Settings of plugins, by the plugin's name. */
  readonly configuration?: PluginConfiguration | undefined;
  /** Which plugin provides an id that several contribute. */
  readonly overrides?: ContributionOverrides | undefined;
  /** Names of plugins to keep out; `enablePlugin()` lets them in. */
  readonly disabled?: readonly string[] | undefined;
  /** Parts of the plugin API that are not final and that plugins may use here. */
  readonly apiProposals?: readonly string[] | undefined;
  /** Ids of the monitors that watch; all that are installed if absent. */
  readonly monitors?: readonly string[] | undefined;
  /** Load the voice at `initialize()` (default), rather than with the first text. Off saves its memory where only PCM is said. */
  readonly preloadVoice?: boolean | undefined;
  /** Utterances that may wait for their turn, default 256. */
  readonly maxQueuedUtterances?: number | undefined;
  /** How long voices and transports are waited for, ms; each has a default of 15 to 30 s. */
  readonly limits?: Partial<CallLimits> | undefined;
  /** Services of the application's own, in place of built-in ones and of those that plugins provide. */
  readonly services?: readonly ServiceProvider[] | undefined;
  /** Where the time comes from, and every wait: real time if absent. */
  readonly clock?: Clock | undefined;
  /** Seed of everything random, for runs that can be repeated. */
  readonly seed?: number | undefined;
}

const optionNames = Object.keys({
  profile: true,
  scenario: true,
  policy: true,
  forecaster: true,
  lane: true,
  ttsEngine: true,
  voice: true,
  textFilters: true,
  sampleRateHz: true,
  plugins: true,
  configuration: true,
  overrides: true,
  disabled: true,
  apiProposals: true,
  monitors: true,
  preloadVoice: true,
  maxQueuedUtterances: true,
  limits: true,
  services: true,
  clock: true,
  seed: true,
} satisfies Record<keyof StreamerOptions, true>);

/**
 * What is written in plain JavaScript has no compiler that would find a wrong name.
 *
 * @throws EloquenceError `OPTION_INVALID` for an option that does not exist
 */
export function checkOptionNames(options: StreamerOptions): void {
  const unknown = Object.keys(options).find((name) => !optionNames.includes(name));
  if (unknown === undefined) return;
  throw new EloquenceError('OPTION_INVALID', `A streamer has no option '${unknown}'.`, {
    value: unknown,
    hint: didYouMean(unknown, optionNames),
  });
}

export const scenarios: readonly Scenario[] = ['conversation', 'realtime', 'longform', 'degraded'];

/** @throws EloquenceError `OPTION_INVALID` for a scenario that does not exist */
export function checkedScenario(scenario: Scenario = 'conversation'): Scenario {
  if (scenarios.includes(scenario)) return scenario;
  throw new EloquenceError('OPTION_INVALID', `There is no scenario '${String(scenario)}'.`, {
    value: scenario,
    hint: `Use one of ${scenarios.join(', ')}.`,
  });
}

export const sampleRatesHz: readonly number[] = [8000, 12000, 16000, 24000, 48000];

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
