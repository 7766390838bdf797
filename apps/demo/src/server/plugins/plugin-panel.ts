import { EloquenceError, type PluginDescriptor } from '@eloquence/plugin-api';
import type { AdaptiveAudioStreamer, StreamerOptions } from '@eloquence/streamer';
import type {
  BreakageName,
  ChoiceName,
  PluginChoice,
  PluginFacts,
  PluginsRequest,
  PluginsState,
} from '../../protocol.js';
import {
  BATCHER_IDS,
  BROKEN_BATCHER_PLUGIN,
  BROKEN_CODEC_PLUGIN,
  brokenBatcherPlugin,
  brokenCodecPlugin,
  CHOICES_PLUGIN,
  choicesPlugin,
  CODEC_IDS,
  FORECAST_TAP_PLUGIN,
  forecastTapPlugin,
  type OnForecast,
  PLUGIN_OF_BREAKAGE,
  PROFILE_IDS,
  profileFor,
  type StreamChoices,
  TAPPED_FORECASTER,
} from './demo-plugins.js';

const BREAKAGES = Object.keys(PLUGIN_OF_BREAKAGE) as readonly BreakageName[];
/** Switched by other buttons, or needed for there to be anything to see. */
const FIXED_PLUGINS: ReadonlySet<string> = new Set([
  '@eloquence/livekit-adapter',
  FORECAST_TAP_PLUGIN,
  CHOICES_PLUGIN,
  BROKEN_CODEC_PLUGIN,
  BROKEN_BATCHER_PLUGIN,
]);

/** The part of a streamer that the panel works on. */
export type InspectedStreamer = Pick<
  AdaptiveAudioStreamer,
  'inspectPlugins' | 'enablePlugin' | 'disablePlugin'
>;

/** What can be done to the plugins of a streamer while it speaks. */
export class PluginPanel {
  readonly #choices: StreamChoices = { profile: 'auto', codec: 'auto', batcher: 'auto' };
  readonly #broken = new Set<BreakageName>();
  readonly #plugins: readonly PluginDescriptor[];
  #streamer: InspectedStreamer | undefined;
  /** One change after the other: some take a plugin out and put it back. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(onForecast: OnForecast) {
    const isOn = (name: BreakageName): boolean => this.#broken.has(name);
    this.#plugins = [
      choicesPlugin(),
      brokenCodecPlugin(isOn),
      brokenBatcherPlugin(isOn),
      forecastTapPlugin(onForecast),
    ];
  }

  /** Profile of the next utterance; `auto` lets the policy choose. */
  get profile(): string {
    return profileFor(this.#choices);
  }

  /** Options that bring the panel's plugins into a streamer, with those out of use that are not wanted now. */
  streamerOptions(): StreamerOptions {
    const providedBy = (ids: readonly string[], pluginId: string): Record<string, string> =>
      Object.fromEntries(ids.map((id) => [id, pluginId]));
    return {
      plugins: this.#plugins,
      forecaster: TAPPED_FORECASTER,
      overrides: {
        codecs: providedBy(CODEC_IDS, BROKEN_CODEC_PLUGIN),
        batchers: providedBy(BATCHER_IDS, BROKEN_BATCHER_PLUGIN),
      },
      disabled: [BROKEN_CODEC_PLUGIN, BROKEN_BATCHER_PLUGIN].filter((id) => !this.#isWanted(id)),
    };
  }

  attach(streamer: InspectedStreamer): void {
    this.#streamer = streamer;
  }

  state(): PluginsState {
    return {
      plugins: (this.#streamer?.inspectPlugins() ?? []).map(factsOf),
      choices: [
        choiceOf('profile', PROFILE_IDS, this.#choices.profile),
        choiceOf('codec', CODEC_IDS, this.#choices.codec),
        choiceOf('batcher', BATCHER_IDS, this.#choices.batcher),
      ],
      breakages: BREAKAGES.map((name) => ({
        name,
        pluginId: PLUGIN_OF_BREAKAGE[name],
        isOn: this.#broken.has(name),
      })),
    };
  }

  /** @throws EloquenceError `OPTION_INVALID` for a name that does not exist, `DISPOSED` */
  apply(request: PluginsRequest): Promise<PluginsState> {
    const done = this.#turn.then(() => this.#apply(request)).then(() => this.state());
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #apply(request: PluginsRequest): Promise<void> {
    switch (request.action) {
      case 'enable':
        this.#checkSwitchable(request.pluginId);
        return await this.#streamer?.enablePlugin(request.pluginId);
      case 'disable':
        this.#checkSwitchable(request.pluginId);
        return await this.#streamer?.disablePlugin(request.pluginId);
      case 'choose':
        return this.#choose(request.name, request.value);
      case 'break':
        // One plugin has one fault at a time.
        for (const name of BREAKAGES)
          if (PLUGIN_OF_BREAKAGE[name] === PLUGIN_OF_BREAKAGE[request.name]) this.#broken.delete(name);
        this.#broken.add(request.name);
        return await this.#renew(PLUGIN_OF_BREAKAGE[request.name]);
      case 'repair':
        this.#broken.delete(request.name);
        return await this.#renew(PLUGIN_OF_BREAKAGE[request.name]);
    }
  }

  #choose(name: ChoiceName, value: string): void {
    const options = choiceOf(
      name,
      { profile: PROFILE_IDS, codec: CODEC_IDS, batcher: BATCHER_IDS }[name],
      '',
    ).options;
    if (!options.includes(value)) {
      throw new EloquenceError('OPTION_INVALID', `There is no ${name} '${value.slice(0, 80)}'.`, {
        value,
        hint: `Choose one of: ${options.join(', ')}.`,
      });
    }
    this.#choices[name] = value;
  }

  /** Takes a plugin out, its faults forgotten, and puts it back if it is wanted. */
  async #renew(pluginId: string): Promise<void> {
    await this.#streamer?.disablePlugin(pluginId);
    if (this.#isWanted(pluginId)) await this.#streamer?.enablePlugin(pluginId);
  }

  #isWanted(pluginId: string): boolean {
    return [...this.#broken].some((name) => PLUGIN_OF_BREAKAGE[name] === pluginId);
  }

  #checkSwitchable(pluginId: string): void {
    if (!FIXED_PLUGINS.has(pluginId)) return;
    throw new EloquenceError('OPTION_INVALID', `'${pluginId.slice(0, 80)}' cannot be switched by hand.`, {
      value: pluginId,
      hint: 'The demo needs it, or switches it by another request.',
    });
  }
}

function choiceOf(name: ChoiceName, options: readonly string[], chosen: string): PluginChoice {
  return { name, options: ['auto', ...options], chosen };
}

type Report = ReturnType<InspectedStreamer['inspectPlugins']>[number];

function factsOf(report: Report): PluginFacts {
  const { id, version, state, contributions, faults, cause, lastFault } = report;
  const byPoint = new Map<string, string[]>();
  for (const { point, id: name } of contributions) byPoint.set(point, [...(byPoint.get(point) ?? []), name]);
  return {
    id,
    version,
    state,
    contributions: [...byPoint].map(([point, ids]) => ({ point, ids })),
    faults,
    cause: cause?.message ?? lastFault?.message ?? null,
    canDisable: !FIXED_PLUGINS.has(id),
  };
}
