import { DisposableStore, nameHint } from '@eloquence/base';
import {
  type Clock,
  type Disposable,
  EloquenceError,
  type Monitor,
  type MonitorFactory,
} from '@eloquence/plugin-api';
import type { PluginHost } from '../plugins/plugin-host.js';
import { MonitorFeed } from './monitor-feed.js';
import type { SessionBus } from './session-bus.js';

/** A call of a monitor may take this long, ms. */
const onEventBudgetMs = 5;

export interface SessionMonitorsOptions {
  readonly host: PluginHost;
  readonly clock: Clock;
  readonly bus: SessionBus;
  /** Ids of the monitors to use; all that are installed if absent. */
  readonly ids: readonly string[] | undefined;
}

/** How one monitor of a session fares. */
export interface MonitorStatus {
  readonly id: string;
  readonly pluginId: string;
  readonly delivered: number;
  /** Events that it missed because it was too slow, or out of order. */
  readonly dropped: number;
}

interface Attached {
  readonly pluginId: string;
  readonly feed: MonitorFeed;
}

/**
 * The monitors of one session. They are loaded in the background; a monitor that comes later, because its plugin is
 * slow to load or was enabled meanwhile, is given the recent events first.
 */
export class SessionMonitors implements Disposable {
  readonly #options: SessionMonitorsOptions;
  readonly #attached = new Map<string, Attached>();
  readonly #owned = new DisposableStore();
  #failures = 0;
  #isStarted = false;

  constructor(options: SessionMonitorsOptions) {
    this.#options = options;
  }

  /**
   * Begins to load them; starting again does nothing.
   *
   * @throws EloquenceError `OPTION_INVALID` for the id of a monitor that no plugin contributes
   */
  start(): void {
    if (this.#isStarted) return;
    const { bus, host, ids } = this.#options;
    const { monitors } = host.contributions;
    const unknown = ids?.find((id) => monitors.owner(id) === undefined);
    if (unknown !== undefined) {
      throw new EloquenceError('OPTION_INVALID', `There is no monitor '${unknown}'.`, {
        value: unknown,
        hint: nameHint(unknown, monitors.ids()),
      });
    }
    this.#isStarted = true;
    this.#owned.add(
      bus.onDidPublish((event) => {
        for (const { feed } of this.#attached.values()) feed.push(event);
      }),
    );
    this.#owned.add(monitors.onDidRemove(({ id }) => this.#detach(id)));
    this.#owned.add(
      monitors.onDidAdd(({ id }) => {
        if (ids === undefined || ids.includes(id)) void this.#attach(id);
      }),
    );
    for (const id of ids ?? monitors.ids()) void this.#attach(id);
  }

  /** Monitors that could not be had or made. Why, the plugin's state tells. */
  get failures(): number {
    return this.#failures;
  }

  status(): readonly MonitorStatus[] {
    return [...this.#attached]
      .map(
        ([
          id,
          {
            pluginId,
            feed: { delivered, dropped },
          },
        ]) => ({ id, pluginId, delivered, dropped }),
      )
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  dispose(): void {
    this.#owned.dispose();
    for (const id of [...this.#attached.keys()]) this.#detach(id);
  }

  async #attach(id: string): Promise<void> {
    const { host } = this.#options;
    let factory: MonitorFactory;
    try {
      factory = await host.contributions.monitors.get(id);
    } catch {
      // The state of its plugin says why, and the session goes on without it.
      this.#failures++;
      return;
    }
    const pluginId = host.contributions.monitors.owner(id);
    if (this.#owned.isDisposed || this.#attached.has(id) || pluginId === undefined) return;
    this.#begin(id, pluginId, factory);
  }

  #begin(id: string, pluginId: string, factory: MonitorFactory): void {
    const { host, clock, bus } = this.#options;
    const monitor = host
      .guard(pluginId, 'create', { isValid: isMonitor })
      .run<Monitor | undefined>(() => factory.create({ sessionId: bus.sessionId, clock }), undefined);
    if (monitor === undefined) {
      this.#failures++;
      return;
    }
    const guard = host.guard(pluginId, 'onEvent', { budgetMs: onEventBudgetMs });
    const feed = new MonitorFeed({ monitor, guard, clock, sessionId: bus.sessionId });
    this.#attached.set(id, { pluginId, feed });
    for (const event of bus.recent()) feed.push(event);
  }

  #detach(id: string): void {
    const attached = this.#attached.get(id);
    this.#attached.delete(id);
    attached?.feed.dispose();
  }
}

function isMonitor(value: unknown): boolean {
  const monitor = value as Partial<Monitor> | null | undefined;
  return typeof monitor?.onEvent === 'function' && typeof monitor.dispose === 'function';
}
