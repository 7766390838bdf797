import { EloquenceError, type TextFilter, type TextFiltering, type TextPiece } from '@eloquence/plugin-api';
import type { Guard } from '../plugins/guard.js';
import type { PluginHost } from '../plugins/plugin-host.js';
import { loadGuarded } from './load-guarded.js';

/** A plugin may take this long for one call, ms. */
const filterGuard = { operation: 'filter', budgetMs: 5 };
/** Order of the stages. */
const stages: readonly TextFilter['stage'][] = ['markup', 'words'];

/** The text filters of a session, loaded when it opens. */
export class SessionTextFilters {
  readonly #host: PluginHost;

  constructor(host: PluginHost) {
    this.#host = host;
  }

  /** Loads them in the background, so that the first text need not wait. */
  preload(ids: readonly string[] | undefined): void {
    this.#load(ids).catch(() => undefined);
  }

  /**
   * Those that a text passes, in order: those that are named, else those that apply to it, the ones for markup first.
   * Filters of plugins that are out of order are left out.
   *
   * @param ids what the application asks for
   * @param isStream whether the text comes in fragments
   * @throws EloquenceError `CONTRIBUTION_UNKNOWN` for an id that nobody contributes
   */
  async filtersFor(ids: readonly string[] | undefined, isStream: boolean): Promise<TextFilter[]> {
    const filters = await this.#load(ids);
    if (ids !== undefined) return filters;
    const applied = filters.filter(
      ({ appliesTo }) => appliesTo === 'all' || (isStream && appliesTo === 'streams'),
    );
    return stages.flatMap((stage) => applied.filter((filter) => filter.stage === stage));
  }

  async #load(ids: readonly string[] | undefined): Promise<TextFilter[]> {
    const lookup = this.#host.contributions.textFilters;
    const loaded = await Promise.all(
      (ids ?? lookup.ids()).map((id) => loadGuarded(lookup, id, this.#host, filterGuard)),
    );
    return loaded.flatMap((found) => (found === undefined ? [] : guarded(found.contribution, found.guard)));
  }
}

function guarded(filter: TextFilter, guard: Guard): TextFilter {
  return {
    stage: filter.stage,
    appliesTo: filter.appliesTo,
    begin(options) {
      const filtering = guard.run<TextFiltering | undefined>(() => filter.begin(options), undefined);
      return filtering && new GuardedFiltering(filtering, guard);
    },
  };
}

/** One text. Keeps what has not been answered for yet, so that the rest can pass as it is once the plugin has failed. */
class GuardedFiltering implements TextFiltering {
  readonly #plugin: TextFiltering;
  readonly #guard: Guard;
  /** Text that no piece covers yet, and where it begins in the whole. */
  #rest = '';
  #restIndex = 0;
  #hasFailed = false;

  constructor(plugin: TextFiltering, guard: Guard) {
    this.#plugin = plugin;
    this.#guard = guard;
  }

  push(fragment: string): readonly TextPiece[] {
    this.#rest += fragment;
    return this.#step(() => this.#plugin.push(fragment));
  }

  finish(): readonly TextPiece[] {
    return this.#step(() => this.#plugin.finish());
  }

  #step(ask: () => readonly TextPiece[]): readonly TextPiece[] {
    const pieces = this.#hasFailed ? undefined : this.#guard.run(() => this.#checked(ask()), undefined);
    if (pieces !== undefined) return pieces;
    this.#hasFailed = true;
    const [text, start] = [this.#rest, this.#restIndex];
    this.#advance(start + text.length);
    return text === '' ? [] : [{ text, start, end: start + text.length }];
  }

  /** @throws EloquenceError `PLUGIN_FAILED` unless the pieces follow one another within the text that was given */
  #checked(pieces: readonly TextPiece[]): readonly TextPiece[] {
    const given = this.#restIndex + this.#rest.length;
    let index = this.#restIndex;
    for (const piece of pieces) {
      const { text, start, end } = piece;
      if (typeof text !== 'string' || !(start >= index && end >= start && end <= given))
        throw new EloquenceError(
          'PLUGIN_FAILED',
          'it gave a piece that does not follow the one before it within the text',
          { value: piece },
        );
      index = end;
    }
    this.#advance(index);
    return pieces;
  }

  #advance(index: number): void {
    this.#rest = this.#rest.slice(index - this.#restIndex);
    this.#restIndex = index;
  }
}
