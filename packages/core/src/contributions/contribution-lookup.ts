import { nameHint } from '@eloquence/base';
import {
  type ContributionEntry,
  type ContributionPointName,
  type ContributionPoints,
  EloquenceError,
  Emitter,
  type Event,
  isEloquenceError,
} from '@eloquence/plugin-api';
import { type ContributionPoint, contributionPointTable, pointNames } from './contribution-point.js';

/** An entry of a plugin's manifest, and whose it is. */
export type OwnedContributionEntry = ContributionEntry & { readonly pluginId: string };

export interface ContributionRemoval {
  readonly id: string;
  readonly pluginId: string;
  /** Absent if the plugin took it back by itself. */
  readonly cause?: EloquenceError | undefined;
}

/** A contribution can be had that could not be had before, or not from this plugin. */
export interface ContributionAddition {
  readonly id: string;
  readonly pluginId: string;
}

/** Where a lookup gets what it looks up. */
export interface ContributionSource {
  ownersOf(point: ContributionPointName): ReadonlyMap<string, string>;
  entryOf(pluginId: string, point: ContributionPointName, id: string): ContributionEntry | undefined;
  /** False once the plugin is known not to provide anything. */
  isUsable(pluginId: string): boolean;
  /** Loads the plugin if need be, and gives what it registered; `undefined` if it took that back. */
  load(pluginId: string, point: ContributionPointName, id: string, need: string): Promise<unknown>;
}

/** The contributions to one point: known from the manifests, loaded when asked for. */
export class ContributionLookup<P extends ContributionPointName> {
  readonly #point: ContributionPoint<P>;
  readonly #source: ContributionSource;
  readonly #onDidAdd = new Emitter<ContributionAddition>();
  readonly #onDidRemove = new Emitter<ContributionRemoval>();

  constructor(point: ContributionPoint<P>, source: ContributionSource) {
    this.#point = point;
    this.#source = source;
  }

  /** A contribution cannot be had any more: its plugin failed, was quarantined, or took it back. */
  readonly onDidRemove: Event<ContributionRemoval> = (listener) => this.#onDidRemove.event(listener);

  /** Fires when the application enabled a plugin or chose another provider; not for those known from the start. */
  readonly onDidAdd: Event<ContributionAddition> = (listener) => this.#onDidAdd.event(listener);

  /** Ids that can be had, sorted. Loads nothing. */
  ids(): string[] {
    const ids: string[] = [];
    for (const [id, pluginId] of this.#source.ownersOf(this.#point.name)) {
      if (this.#source.isUsable(pluginId)) ids.push(id);
    }
    return ids.sort();
  }

  /** What the manifests say of the ids that can be had, sorted by id. Loads nothing. */
  entries(): OwnedContributionEntry[] {
    const owners = this.#source.ownersOf(this.#point.name);
    return this.ids().map((id) => {
      const pluginId = owners.get(id)!;
      return { ...this.#source.entryOf(pluginId, this.#point.name, id), id, pluginId };
    });
  }

  /** Name of the plugin that provides `id`, usable or not; `undefined` if no plugin does. */
  owner(id: string): string | undefined {
    return this.#source.ownersOf(this.#point.name).get(id);
  }

  /**
   * Gives the contribution, after activating its plugin if need be.
   *
   * @throws EloquenceError the point's code for an unknown id (`CODEC_UNKNOWN`, `PROFILE_UNKNOWN`,
   * `CONTRIBUTION_UNKNOWN`), with the nearest name as the hint; `PLUGIN_FAILED` with its cause if the plugin failed
   * or is quarantined; `DISPOSED`
   */
  async get(id: string): Promise<ContributionPoints[P]> {
    const { name, noun, unknownCode, activationEvent } = this.#point;
    const pluginId = this.owner(id);
    if (pluginId === undefined) {
      const hint = nameHint(String(id), this.ids());
      throw new EloquenceError(unknownCode, `There is no ${noun} '${String(id)}'.`, { value: id, hint });
    }
    let contribution: unknown;
    try {
      contribution = await this.#source.load(pluginId, name, id, `${activationEvent}:${id}`);
    } catch (error) {
      if (isEloquenceError(error) && error.code === 'DISPOSED') throw error;
      throw this.#unavailable(id, pluginId, error);
    }
    if (contribution === undefined) throw this.#unavailable(id, pluginId, undefined);
    return contribution as ContributionPoints[P];
  }

  /** For the host: tells the listeners. */
  notifyRemoved(removal: ContributionRemoval): void {
    this.#onDidRemove.fire(removal);
  }

  /** For the host: tells the listeners. */
  notifyAdded(addition: ContributionAddition): void {
    this.#onDidAdd.fire(addition);
  }

  dispose(): void {
    this.#onDidAdd.dispose();
    this.#onDidRemove.dispose();
  }

  #unavailable(id: string, pluginId: string, cause: unknown): EloquenceError {
    const { noun } = this.#point;
    const reason = cause instanceof Error ? cause.message : `plugin '${pluginId}' took it back.`;
    const others = this.ids().filter((other) => other !== id);
    return new EloquenceError('PLUGIN_FAILED', `The ${noun} '${id}' cannot be had: ${reason}`, {
      value: id,
      ...(others.length === 0 ? {} : { hint: `Usable: ${others.slice(0, 20).join(', ')}.` }),
      cause,
    });
  }
}

/** One lookup for each contribution point: `contributions.codecs.get('opus')`. */
export type Contributions = { readonly [P in ContributionPointName]: ContributionLookup<P> };

export function createContributions(source: ContributionSource): Contributions {
  const lookup = <P extends ContributionPointName>(point: P): ContributionLookup<P> =>
    new ContributionLookup(contributionPointTable[point], source);
  return Object.freeze(
    Object.fromEntries(pointNames.map((point) => [point, lookup(point)])),
  ) as Contributions;
}
