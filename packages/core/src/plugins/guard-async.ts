import { withTimeout } from '@eloquence/base';
import { type Clock, EloquenceError, abortedError, isEloquenceError } from '@eloquence/plugin-api';
import { isPluginFault, pluginFault } from './plugin-fault.js';
import type { PluginHealth } from './plugin-quarantine.js';

export interface AsyncGuardOptions {
  readonly health: PluginHealth;
  readonly clock: Clock;
  readonly operation: string;
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Waits for a call into a plugin and counts its faults; what it rejects with says which plugin it was. */
export async function guardedPromise<R>(
  options: AsyncGuardOptions,
  call: () => R | PromiseLike<R>,
  onLateResult?: (result: R) => void,
): Promise<R> {
  const { health, clock, operation, limitMs, signal } = options;
  if (health.isTripped) throw trippedError(health);
  try {
    return await withTimeout(call, {
      clock,
      ms: limitMs,
      signal,
      error: () => timeoutError(options),
      onLateRejection: () => health.recordLateRejection(),
      onLateResult,
    });
  } catch (error) {
    if (signal?.aborted) throw abortedError(signal);
    if (!isPluginFault(error)) throw error;
    const fault = isEloquenceError(error) ? error : pluginFault(health.pluginId, operation, error);
    health.recordFault(operation, fault);
    throw fault;
  }
}

/** An async iterable of a plugin, each of whose steps is guarded. */
export class GuardedIteration<T> implements AsyncIterable<T> {
  readonly #options: AsyncGuardOptions;
  readonly #open: () => AsyncIterable<T>;

  constructor(options: AsyncGuardOptions, open: () => AsyncIterable<T>) {
    this.#options = options;
    this.#open = open;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    const iterator = await guardedPromise(this.#options, () => this.#open()[Symbol.asyncIterator]());
    let isStepping = false;
    let isOver = false;
    try {
      for (;;) {
        isStepping = true;
        const step = await guardedPromise(this.#options, () => iterator.next());
        isStepping = false;
        if (step.done === true) break;
        yield step.value;
      }
      isOver = true;
    } finally {
      if (!isOver) await this.#end(iterator, isStepping);
    }
  }

  /** Lets the plugin clean up. An error of this is counted, and hides no other. */
  async #end(iterator: AsyncIterator<T>, isStepping: boolean): Promise<void> {
    if (iterator.return === undefined) return;
    const { health, operation } = this.#options;
    if (isStepping) {
      // A generator answers return() only after next(), which was aborted or hangs: nobody waits for that.
      try {
        Promise.resolve(iterator.return()).catch(() => health.recordLateRejection());
      } catch (error) {
        health.recordFault(operation, pluginFault(health.pluginId, operation, error));
      }
      return;
    }
    const { signal: _ended, ...options } = this.#options;
    await withTimeout(() => iterator.return?.(), {
      clock: options.clock,
      ms: options.limitMs,
      error: () => timeoutError(options),
      onLateRejection: () => health.recordLateRejection(),
    }).catch((error: unknown) =>
      health.recordFault(operation, pluginFault(health.pluginId, operation, error)),
    );
  }
}

function timeoutError({ health, operation, limitMs }: AsyncGuardOptions): EloquenceError {
  const message = `'${operation}' of plugin '${health.pluginId}' did not answer within ${limitMs} ms.`;
  return new EloquenceError('PLUGIN_TIMEOUT', message, { value: operation });
}

function trippedError(health: PluginHealth): EloquenceError {
  return new EloquenceError(
    'PLUGIN_FAILED',
    `Plugin '${health.pluginId}' is not used any more after its faults.`,
    {
      value: health.pluginId,
      cause: health.lastFault,
    },
  );
}
