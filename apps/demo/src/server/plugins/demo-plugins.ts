import { DeadlineBatcher, FixedBatcher } from '@eloquence/batching';
import { OpusCodec, PcmCodec } from '@eloquence/compression';
import type {
  Batcher,
  CodecFactory,
  Encoder,
  Forecast,
  ForecasterFactory,
  LinkState,
  PluginDescriptor,
  Profile,
} from '@eloquence/plugin-api';
import { builtinProfiles, defineProfile, holtForecasterFactory } from '@eloquence/profiles';
import { ownPlugin } from '@eloquence/testbed';
import type { BreakageName } from '../../protocol.js';

export const BROKEN_CODEC_PLUGIN = '@eloquence/demo-broken-codec';
export const BROKEN_BATCHER_PLUGIN = '@eloquence/demo-broken-batcher';

/** Which plugin does what wrong. */
export const PLUGIN_OF_BREAKAGE: Readonly<Record<BreakageName, string>> = {
  'codec-throws': BROKEN_CODEC_PLUGIN,
  'codec-slow': BROKEN_CODEC_PLUGIN,
  'batcher-throws': BROKEN_BATCHER_PLUGIN,
};

/** Works well for this many calls, so that it breaks in the middle of a sentence. */
const GOOD_CALLS = 25;
/** Twice what the kernel allows a frame's encoding to take, ms. */
const SLOW_MS = 20;

/** A codec plugin that provides the usual codecs, until it throws or dawdles. */
export function brokenCodecPlugin(isOn: (name: BreakageName) => boolean): PluginDescriptor {
  const ids = { opus: () => new OpusCodec(), pcm: () => new PcmCodec() };
  return ownPlugin(
    BROKEN_CODEC_PLUGIN,
    { codecs: Object.keys(ids).map((id) => ({ id })) },
    ({ codecs, subscriptions }) => {
      for (const [id, create] of Object.entries(ids))
        subscriptions.add(codecs.register(id, breakCodec(create(), isOn)));
    },
  );
}

export function brokenBatcherPlugin(isOn: (name: BreakageName) => boolean): PluginDescriptor {
  const ids = { deadline: () => new DeadlineBatcher(), fixed: () => new FixedBatcher() };
  return ownPlugin(
    BROKEN_BATCHER_PLUGIN,
    { batchers: Object.keys(ids).map((id) => ({ id })) },
    ({ batchers, subscriptions }) => {
      for (const [id, create] of Object.entries(ids))
        subscriptions.add(batchers.register(id, { create: () => breakBatcher(create(), isOn) }));
    },
  );
}

function breakCodec(good: CodecFactory, isOn: (name: BreakageName) => boolean): CodecFactory {
  return {
    frameDurationsMs: good.frameDurationsMs,
    sampleRatesHz: good.sampleRatesHz,
    createDecoder: (settings) => good.createDecoder(settings),
    createEncoder: (settings) => breakEncoder(good.createEncoder(settings), isOn),
  };
}

function breakEncoder(good: Encoder, isOn: (name: BreakageName) => boolean): Encoder {
  let calls = 0;
  return {
    encode(pcm) {
      if (++calls > GOOD_CALLS) {
        if (isOn('codec-throws')) throw new Error('The demo asked this codec to fail.');
        if (isOn('codec-slow')) blockFor(SLOW_MS);
      }
      return good.encode(pcm);
    },
    configure: (settings) => good.configure(settings),
    dispose: () => good.dispose(),
  };
}

function breakBatcher(good: Batcher, isOn: (name: BreakageName) => boolean): Batcher {
  let calls = 0;
  return {
    decide(state) {
      if (++calls > GOOD_CALLS && isOn('batcher-throws'))
        throw new Error('The demo asked this batcher to fail.');
      return good.decide(state);
    },
  };
}

/** Keeps the thread busy: what a plugin must not do. */
function blockFor(durationMs: number): void {
  for (const endMs = performance.now() + durationMs; performance.now() < endMs;);
}

export const CHOICES_PLUGIN = '@eloquence/demo-choices';
export const PROFILE_IDS: readonly string[] = Object.keys(builtinProfiles);
export const CODEC_IDS: readonly string[] = ['opus', 'pcm'];
export const BATCHER_IDS: readonly string[] = ['deadline', 'fixed'];

/** Of the profile in whose place a choice of codec or batcher is put while the policy would decide. */
const USUAL_PROFILE = 'BALANCED_OPTIMAL';
/** PCM of 24 kHz, 16 bit, mono: one frame of this length fits a packet. */
const PCM_FRAME_MS = 20;
const PCM_BITRATE_BPS = 384_000;

/** What a person chose; `auto` leaves it to the policy and to the profiles. */
export interface StreamChoices {
  profile: string;
  codec: string;
  batcher: string;
}

/** A plugin that provides every profile with every codec and every batcher, each under an id of its own. */
export function choicesPlugin(): PluginDescriptor {
  const all = Object.values(builtinProfiles).flatMap((profile) =>
    CODEC_IDS.flatMap((codec) => BATCHER_IDS.map((batcher) => withChoices(profile, codec, batcher))),
  );
  return ownPlugin(
    CHOICES_PLUGIN,
    { profiles: all.map(({ id }) => ({ id })) },
    ({ profiles, subscriptions }) => {
      for (const profile of all) subscriptions.add(profiles.register(profile.id, profile));
    },
  );
}

/** The profile to speak under. Where codec or batcher are chosen, it is pinned: no other would have them. */
export function profileFor({ profile, codec, batcher }: Readonly<StreamChoices>): string {
  if (codec === 'auto' && batcher === 'auto') return profile;
  const base =
    Object.values(builtinProfiles).find(({ id }) => id === profile) ?? builtinProfiles[USUAL_PROFILE];
  const { settings } = base;
  return idOf(
    base.id,
    codec === 'auto' ? settings.codec.codecId : codec,
    batcher === 'auto' ? settings.batcherId : batcher,
  );
}

function withChoices(profile: Profile, codecId: string, batcherId: string): Profile {
  const { codec } = profile.settings;
  const sizes = codecId === 'pcm' ? { frameMs: PCM_FRAME_MS, bitrateBps: PCM_BITRATE_BPS } : {};
  return defineProfile({
    ...profile,
    id: idOf(profile.id, codecId, batcherId),
    settings: { ...profile.settings, codec: { ...codec, ...sizes, codecId }, batcherId },
  });
}

function idOf(profile: string, codec: string, batcher: string): string {
  return [profile, codec, batcher].join('_').toUpperCase();
}

export const FORECAST_TAP_PLUGIN = '@eloquence/demo-forecast-tap';
/** Id of the forecaster. */
export const TAPPED_FORECASTER = 'holt-shown';

export type OnForecast = (conditions: LinkState, forecast: Forecast) => void;

/** The default forecaster, which also shows what it sees and expects: the page draws it. */
export function forecastTapPlugin(onForecast: OnForecast): PluginDescriptor {
  return ownPlugin(
    FORECAST_TAP_PLUGIN,
    { forecasters: [{ id: TAPPED_FORECASTER }] },
    ({ forecasters, subscriptions }) => {
      subscriptions.add(forecasters.register(TAPPED_FORECASTER, tapForecaster(onForecast)));
    },
  );
}

function tapForecaster(onForecast: OnForecast): ForecasterFactory {
  return {
    create(services) {
      const forecaster = holtForecasterFactory.create(services);
      let latest: LinkState | undefined;
      return {
        observe(conditions) {
          latest = conditions;
          forecaster.observe(conditions);
        },
        forecast() {
          const forecast = forecaster.forecast();
          if (latest !== undefined) onForecast(latest, forecast);
          return forecast;
        },
      };
    },
  };
}
