import { withTimeout } from '@eloquence/base';
import {
  type ApiProposals,
  type Clock,
  type ContributionPointName,
  EloquenceError,
  Emitter,
  type Event,
  type PluginState,
  isEloquenceError,
} from '@eloquence/plugin-api';
import type { Settings } from './plugin-configuration.js';
import { pluginOfModule } from './load-plugin.js';
import { createPluginContext, findMissingContributions } from './plugin-context.js';
import { endPlugin, pluginTimeout, releasePlugin, throwTogether } from './plugin-ending.js';
import type { PluginEntry } from './plugin-entry.js';
import { reasonOf } from './plugin-fault.js';
import type { PluginLogEntry, PluginStateChange } from './plugin-state.js';

export interface PluginActivatorOptions {
  readonly clock: Clock;
  readonly configurationOf: (pluginId: string) => Settings;
  /** What this host offers of the API that is not final. */
  readonly proposals?: Readonly<Partial<ApiProposals>> | undefined;
  readonly onLog: (entry: PluginLogEntry) => void;
  readonly onUnregister: (pluginId: string, point: ContributionPointName, id: string) => void;
  /** Longest import of a plugin's code, ms. Default 10 000. */
  readonly loadLimitMs?: number | undefined;
  /** Longest `activate()`, ms. Default 2 000. */
  readonly activateLimitMs?: number | undefined;
  /** Longest `deactivate()`, ms. Default 2 000. */
  readonly deactivateLimitMs?: number | undefined;
}

/** Brings plugins to life when they are needed, their dependencies first, and ends them in the opposite order. */
export class PluginActivator {
  readonly #entries: ReadonlyMap<string, PluginEntry>;
  readonly #options: PluginActivatorOptions;
  readonly #onDidChangeState = new Emitter<PluginStateChange>();
  /** In the order in which they became active. */
  readonly #active: PluginEntry[] = [];
  #disposal: Promise<void> | undefined;

  constructor(entries: ReadonlyMap<string, PluginEntry>, options: PluginActivatorOptions) {
    this.#entries = entries;
    this.#options = options;
  }

  readonly onDidChangeState: Event<PluginStateChange> = (listener) => this.#onDidChangeState.event(listener);

  get isDisposed(): boolean {
    return this.#disposal !== undefined;
  }

  /**
   * Resolves when the plugin is active. Everybody who asks shares one activation; a plugin that failed is not tried
   * again.
   *
   * @param need why, for inspectors: for example `onCodec:opus`
   * @throws EloquenceError the cause of the plugin's failure; `DISPOSED`
   */
  activate(entry: PluginEntry, need: string): Promise<void> {
    if (this.isDisposed) return Promise.reject(disposedError());
    if (entry.activation !== undefined) return entry.activation;
    if (entry.state !== 'registered') return Promise.reject(entry.cause ?? disposedError());
    entry.activatedBy = need;
    entry.activation = this.#activate(entry);
    // Whoever asked handles the rejection; the state keeps the cause for everybody else.
    entry.activation.catch(() => undefined);
    return entry.activation;
  }

  /** Takes an active plugin out of use after its faults. What it holds is released with the host. */
  quarantine(entry: PluginEntry, cause: EloquenceError): void {
    if (entry.state !== 'active') return;
    entry.activation = Promise.reject(cause);
    entry.activation.catch(() => undefined);
    this.#setState(entry, 'quarantined', cause);
  }

  /**
   * Ends plugins that the application takes out: their guards use fallbacks from now on, then they are deactivated,
   * those that became active last first. Rejects with one `AggregateError` if some did not end well.
   */
  async end(entries: readonly PluginEntry[]): Promise<void> {
    const reason = new EloquenceError('DISPOSED', 'The plugin was taken out of use.');
    for (const entry of entries) {
      entry.isEnded = true;
      entry.health.retire();
      entry.abort.abort(reason);
    }
    await Promise.allSettled(entries.flatMap(({ activation }) => activation ?? []));
    throwTogether(await this.#endActive((entry) => entries.includes(entry)));
  }

  /** For the host: makes a change of state known that it made itself. */
  announce(change: PluginStateChange): void {
    this.#onDidChangeState.fire(change);
  }

  /** Ends all plugins, those that became active last first. Rejects with one `AggregateError` at the end. */
  dispose(): Promise<void> {
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  }

  async #activate(entry: PluginEntry): Promise<void> {
    this.#setState(entry, 'activating');
    try {
      await entry.predecessorEnd?.catch(() => undefined);
      await this.#activateDependencies(entry);
      const definition = await this.#load(entry);
      const configuration = this.#options.configurationOf(entry.id);
      await this.#callActivate(entry, definition, configuration);
      entry.abort.signal.throwIfAborted();
      assertComplete(entry);
      entry.definition = definition;
      this.#active.push(entry);
      this.#setState(entry, 'active');
    } catch (error) {
      const cause = this.#rollBack(entry, error);
      if (!this.isDisposed && !entry.isEnded) this.#setState(entry, 'failed', cause);
      throw cause;
    }
  }

  async #activateDependencies(entry: PluginEntry): Promise<void> {
    const ids = [...(entry.plugin.manifest?.pluginDependencies ?? [])].sort();
    if (ids.length === 0) return;
    const need = `dependency of ${entry.id}`;
    const results = await Promise.allSettled(ids.map((id) => this.activate(this.#entries.get(id)!, need)));
    entry.abort.signal.throwIfAborted();
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled') continue;
      const message = `Plugin '${entry.id}' needs plugin '${ids[index]}', which failed: ${reasonOf(result.reason)}`;
      throw new EloquenceError('PLUGIN_FAILED', message, { value: ids[index], cause: result.reason });
    }
  }

  async #load(entry: PluginEntry): Promise<ReturnType<typeof pluginOfModule>> {
    const startMs = this.#options.clock.nowMs();
    const module = await this.#limited(
      entry,
      'the import of its code',
      this.#options.loadLimitMs ?? 10_000,
      () => entry.plugin.descriptor.load(),
    );
    entry.loadMs = this.#options.clock.nowMs() - startMs;
    return pluginOfModule(entry.id, module);
  }

  async #callActivate(
    entry: PluginEntry,
    definition: ReturnType<typeof pluginOfModule>,
    configuration: Settings,
  ): Promise<void> {
    const { clock, onLog, onUnregister, activateLimitMs } = this.#options;
    const context = createPluginContext(entry, {
      configuration,
      proposals: this.#options.proposals ?? {},
      onLog,
      onUnregister: (point, id) => onUnregister(entry.id, point, id),
    });
    const startMs = clock.nowMs();
    try {
      await this.#limited(entry, 'activate()', activateLimitMs ?? 2000, () => definition.activate(context));
    } finally {
      entry.activationMs = clock.nowMs() - startMs;
    }
  }

  #limited<T>(entry: PluginEntry, what: string, limitMs: number, run: () => T | PromiseLike<T>): Promise<T> {
    return withTimeout(run, {
      clock: this.#options.clock,
      ms: limitMs,
      signal: entry.abort.signal,
      error: () => pluginTimeout(entry, what, limitMs),
      onLateRejection: () => entry.health.recordLateRejection(),
    });
  }

  /** Undoes a half activation and returns its cause. */
  #rollBack(entry: PluginEntry, error: unknown): EloquenceError {
    const cause = activationError(entry, error);
    if (!entry.abort.signal.aborted) entry.abort.abort(cause);
    entry.health.retire();
    const errors = releasePlugin(entry);
    if (errors.length === 0) return cause;
    const message = `${cause.message} (undoing it failed too: ${errors.map(reasonOf).join('; ')})`;
    return new EloquenceError(cause.code, message, {
      value: cause.value,
      cause: new AggregateError([cause, ...errors], message),
    });
  }

  async #dispose(): Promise<void> {
    const reason = disposedError();
    for (const entry of this.#entries.values()) entry.abort.abort(reason);
    const activations = [...this.#entries.values()].flatMap(({ activation }) => activation ?? []);
    await Promise.allSettled(activations);
    const errors = await this.#endActive(() => true);
    for (const entry of this.#entries.values()) this.#setState(entry, 'disposed');
    this.#onDidChangeState.dispose();
    throwTogether(errors);
  }

  async #endActive(isEnding: (entry: PluginEntry) => boolean): Promise<readonly EloquenceError[]> {
    const limitMs = this.#options.deactivateLimitMs ?? 2000;
    const errors: EloquenceError[] = [];
    for (const entry of this.#active.filter(isEnding).reverse()) {
      const at = this.#active.indexOf(entry);
      // Somebody else has begun to end it.
      if (at < 0) continue;
      this.#active.splice(at, 1);
      errors.push(...(await endPlugin(entry, this.#options.clock, limitMs)));
    }
    return errors;
  }

  #setState(entry: PluginEntry, to: PluginState, cause?: EloquenceError): void {
    const from = entry.state;
    if (from === to) return;
    entry.state = to;
    if (cause !== undefined) entry.cause = cause;
    this.#onDidChangeState.fire({ pluginId: entry.id, from, to, cause });
  }
}

/** @throws EloquenceError `CONTRIBUTION_UNKNOWN` or `PLUGIN_INVALID` unless exactly what was announced is registered */
function assertComplete(entry: PluginEntry): void {
  const { undeclared } = entry;
  if (undeclared.length > 0) {
    const message = `Plugin '${entry.id}' registered ${undeclared.join(', ')}, which its manifest does not announce.`;
    throw new EloquenceError('CONTRIBUTION_UNKNOWN', message, { value: undeclared });
  }
  const missing = findMissingContributions(entry);
  if (missing.length === 0) return;
  const message = `Plugin '${entry.id}' announces ${missing.join(', ')} and did not register it.`;
  throw new EloquenceError('PLUGIN_INVALID', message, { value: missing, hint: 'Register it in activate().' });
}

function activationError(entry: PluginEntry, error: unknown): EloquenceError {
  if (isEloquenceError(error)) return error;
  const message = `Plugin '${entry.id}' could not be activated: ${reasonOf(error)}`;
  return new EloquenceError('PLUGIN_FAILED', message, { value: entry.id, cause: error });
}

function disposedError(): EloquenceError {
  return new EloquenceError('DISPOSED', 'The plugin host is disposed.');
}
