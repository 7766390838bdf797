import type { CallPace } from '@eloquence/base';
import { type Clock, EloquenceError } from '@eloquence/plugin-api';

import { GuardedIteration, guardedPromise } from './guard-async.js';
import { pluginFault } from './plugin-fault.js';
import type { PluginHealth } from './plugin-quarantine.js';

export interface GuardOptions {
  /** Longest a synchronous call may take, ms; a longer one counts as a fault, its result is used all the same. */
  readonly budgetMs?: number;
  /** Longest wait for a promise, or for one item of an iteration, ms. Default 30 000. */
  readonly limitMs?: number;
  /** Tells whether a result is usable; one that is not counts as a fault, and the fallback is used. */
  readonly isValid?: (result: unknown) => boolean;
}

/** How a call is waited for. */
export interface GuardedWait<R> {
  /** Ends the wait early. */
  readonly signal?: AbortSignal | undefined;
  /** Given a result that came after the wait had ended, to release what it holds. */
  readonly onLateResult?: (result: R) => void;
}

const defaultLimitMs = 30_000;

/**
 * The only way from the kernel into the code of a plugin: one guard for each operation, made once and used for
 * every frame. A call through it never throws, and allocates nothing: pass functions made once, not a new closure
 * each time.
 */
export class Guard {
  readonly operation: string;
  readonly #health: PluginHealth;
  readonly #clock: Clock;
  readonly #budgetMs: number | undefined;
  readonly #limitMs: number;
  readonly #isValid: ((result: unknown) => boolean) | undefined;
  readonly #pace: CallPace | undefined;

  constructor(health: PluginHealth, clock: Clock, operation: string, options: GuardOptions = {}) {
    this.operation = operation;
    this.#health = health;
    this.#clock = clock;
    this.#budgetMs = options.budgetMs;
    this.#limitMs = options.limitMs ?? defaultLimitMs;
    this.#isValid = options.isValid;
    this.#pace = options.budgetMs === undefined ? undefined : health.paceOf(operation);
  }

  get pluginId(): string {
    return this.#health.pluginId;
  }

  /** True once only fallbacks are used: the plugin is quarantined or gone. */
  get isTripped(): boolean {
    return this.#health.isTripped;
  }

  /** Faults of the plugin, over all its guards. */
  get faults(): number {
    return this.#health.faults;
  }

  /** Calls `call`; gives `fallback` if it throws or the plugin is quarantined. */
  run<R>(call: () => R, fallback: R): R {
    if (this.#health.isTripped) return fallback;
    const startMs = this.#budgetMs === undefined ? 0 : this.#clock.nowMs();
    try {
      const result = call();
      this.#checkResult(result, startMs);
      return result;
    } catch (error) {
      this.#recordError(error);
      return fallback;
    }
  }

  /**
   * Like {@link run}, with an argument for both, so that one function serves all frames. Errors of `fallback` go
   * through.
   */
  call<A, R>(call: (argument: A) => R, argument: A, fallback: (argument: A) => R): R {
    if (this.#health.isTripped) return fallback(argument);
    const startMs = this.#budgetMs === undefined ? 0 : this.#clock.nowMs();
    try {
      const result = call(argument);
      this.#checkResult(result, startMs);
      return result;
    } catch (error) {
      this.#recordError(error);
    }
    return fallback(argument);
  }

  /** Lets the plugin clean up: called even if it is quarantined, since nothing else would release what it holds. */
  release(cleanUp: () => void): void {
    try {
      cleanUp();
    } catch (error) {
      this.#recordError(error);
    }
  }

  /**
   * Waits for a call of the plugin. There is no fallback: whoever awaits has one.
   *
   * @throws EloquenceError `PLUGIN_FAILED` (the plugin threw, or is quarantined) or `PLUGIN_TIMEOUT`, which count as
   * faults; the signal's reason, and errors that are not the plugin's fault such as `VOICE_UNKNOWN`, which do not
   */
  promise<R>(call: () => R | PromiseLike<R>, options: GuardedWait<R> = {}): Promise<R> {
    const { signal, onLateResult } = options;
    const release = onLateResult && ((result: R) => this.release(() => onLateResult(result)));
    return guardedPromise(this.#asyncOptions(signal), call, release);
  }

  /**
   * Goes through an async iterable of the plugin. Each item may take `limitMs`; at an early end the plugin's
   * iterator is told, but not waited for beyond `limitMs`.
   *
   * @throws EloquenceError from the iteration, as {@link promise} does
   */
  iterate<T>(open: () => AsyncIterable<T>, signal?: AbortSignal): AsyncIterable<T> {
    return new GuardedIteration(this.#asyncOptions(signal), open);
  }

  #asyncOptions(signal: AbortSignal | undefined): ConstructorParameters<typeof GuardedIteration>[0] {
    return {
      health: this.#health,
      clock: this.#clock,
      operation: this.operation,
      limitMs: this.#limitMs,
      signal,
    };
  }

  /** @throws EloquenceError for a result that cannot be used */
  #checkResult(result: unknown, startMs: number): void {
    if (this.#budgetMs !== undefined) this.#checkBudget(this.#clock.nowMs() - startMs, this.#budgetMs);
    if (this.#isValid === undefined || this.#isValid(result)) return;
    throw new EloquenceError('PLUGIN_FAILED', 'it returned something that is not valid', { value: result });
  }

  #checkBudget(elapsedMs: number, budgetMs: number): void {
    const pace = this.#pace!;
    const forgiven = pace.add(elapsedMs, budgetMs);
    if (forgiven > 0) this.#health.forgive(forgiven);
    if (elapsedMs <= budgetMs) return;
    const took = `${elapsedMs.toFixed(1)} ms, more than ${budgetMs} ms`;
    const message = `'${this.operation}' of plugin '${this.pluginId}' took ${took}.`;
    const fault = new EloquenceError('PLUGIN_TIMEOUT', message, { value: elapsedMs });
    this.#health.recordSlowCall(this.operation, fault);
  }

  #recordError(error: unknown): void {
    this.#health.recordFault(this.operation, pluginFault(this.pluginId, this.operation, error));
  }
}
