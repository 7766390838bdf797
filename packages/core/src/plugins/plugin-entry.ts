import { DisposableStore } from '@eloquence/base';
import type {
  ContributionPointName,
  EloquenceError,
  PluginDefinition,
  PluginState,
} from '@eloquence/plugin-api';
import { PluginHealth } from './plugin-quarantine.js';
import type { RegisteredPlugin } from './plugin-registry.js';

/** What a plugin registered: point → id → contribution. */
export type RegisteredContributions = Map<ContributionPointName, Map<string, unknown>>;

/** Everything about one plugin that changes while the host lives. Only the activator changes it. */
export class PluginEntry {
  readonly plugin: RegisteredPlugin;
  readonly health: PluginHealth;
  readonly contributions: RegisteredContributions = new Map();
  /** What the plugin holds; released last-in first-out. */
  readonly subscriptions = new DisposableStore();
  /** Ids that the plugin tried to register without having announced them, as `point/id`. */
  readonly undeclared: string[] = [];
  readonly abort = new AbortController();
  state: PluginState;
  cause: EloquenceError | undefined;
  activatedBy: string | undefined;
  loadMs: number | undefined;
  activationMs: number | undefined;
  definition: PluginDefinition | undefined;
  /** Shared by everybody who needs the plugin. */
  activation: Promise<void> | undefined;
  /** Taken out by the application: another entry stands for the plugin now. */
  isEnded = false;
  /** The end of the entry that stood for the plugin before, to be waited for. */
  predecessorEnd: Promise<unknown> | undefined;

  constructor(plugin: RegisteredPlugin) {
    this.plugin = plugin;
    this.health = new PluginHealth(plugin.id);
    this.state = plugin.state;
    this.cause = plugin.cause;
  }

  get id(): string {
    return this.plugin.id;
  }

  /** True while its contributions can be had, or may turn out so. */
  get isUsable(): boolean {
    return this.state === 'registered' || this.state === 'activating' || this.state === 'active';
  }
}
