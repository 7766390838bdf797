import { CallPace } from '@eloquence/base';
import { Emitter, type EloquenceError, type Event } from '@eloquence/plugin-api';

import type { PluginFault, PluginQuarantine } from './plugin-state.js';

/** Strikes after which a plugin is not called any more. */
export const quarantineAfterStrikes = 3;

/**
 * Counts the faults of one plugin over all its guards. A fault is a strike; strikes for slowness can be taken back,
 * those for errors stay. With the third strike the plugin is tripped for good.
 */
export class PluginHealth {
  readonly pluginId: string;
  readonly #onDidTrip = new Emitter<PluginQuarantine>();
  readonly #onDidFault = new Emitter<PluginFault>();
  #faults = 0;
  #slowCalls = 0;
  #lateRejections = 0;
  #strikes = 0;
  #isTripped = false;
  #lastFault: EloquenceError | undefined;
  /** By operation, of which the kernel has a handful. */
  readonly #paces = new Map<string, CallPace>();

  constructor(pluginId: string) {
    this.pluginId = pluginId;
  }

  /** Fires once. */
  readonly onDidTrip: Event<PluginQuarantine> = (listener) => this.#onDidTrip.event(listener);

  /** Fires for every fault, before it may trip. */
  readonly onDidFault: Event<PluginFault> = (listener) => this.#onDidFault.event(listener);

  /** All faults ever made. */
  get faults(): number {
    return this.#faults;
  }

  /** Of the faults, calls that answered too late; their results were used. */
  get slowCalls(): number {
    return this.#slowCalls;
  }

  /** Promises of the plugin that were rejected after nobody waited for them any more. */
  get lateRejections(): number {
    return this.#lateRejections;
  }

  /** True once the plugin must not be called any more. */
  get isTripped(): boolean {
    return this.#isTripped;
  }

  get lastFault(): EloquenceError | undefined {
    return this.#lastFault;
  }

  /** How the calls of an operation keep to their budget, whichever guard they come through. */
  paceOf(operation: string): CallPace {
    let pace = this.#paces.get(operation);
    if (pace === undefined) this.#paces.set(operation, (pace = new CallPace()));
    return pace;
  }

  recordFault(operation: string, fault: EloquenceError): void {
    this.#faults++;
    this.#lastFault = fault;
    this.#onDidFault.fire({ pluginId: this.pluginId, operation, faults: this.#faults, cause: fault });
    if (this.#isTripped) return;
    if (++this.#strikes < quarantineAfterStrikes) return;
    this.#isTripped = true;
    this.#onDidTrip.fire({ pluginId: this.pluginId, operation, faults: this.#faults, cause: fault });
  }

  /** A call that answered, but took too long. */
  recordSlowCall(operation: string, fault: EloquenceError): void {
    this.#slowCalls++;
    this.recordFault(operation, fault);
  }

  recordLateRejection(): void {
    this.#lateRejections++;
  }

  forgive(strikes: number): void {
    this.#strikes = Math.max(0, this.#strikes - strikes);
  }

  /** Lets all guards use their fallback from now on, without a fault: the plugin is gone. */
  retire(): void {
    this.#isTripped = true;
    this.#onDidTrip.dispose();
    this.#onDidFault.dispose();
  }
}
