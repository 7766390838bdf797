export interface PoolOptions<Task, Result> {
  /** Tasks at once. */
  readonly parallel: number;
  readonly signal?: AbortSignal | undefined;
  /** Told whenever a task begins or ends, with those that run. */
  readonly onChange?: (running: readonly Task[]) => void;
  /** @param signal aborted when another task has failed */
  readonly run: (task: Task, signal: AbortSignal) => Promise<Result>;
}

/**
 * Runs tasks in their order, some at once. When one fails, the others are aborted, and waited for.
 *
 * @returns the results, in the order of the tasks
 * @throws what the first failing task threw
 */
export async function runPool<Task, Result>(
  tasks: readonly Task[],
  options: PoolOptions<Task, Result>,
): Promise<Result[]> {
  const failing = new AbortController();
  const signal = AbortSignal.any([failing.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const results = new Array<Result>(tasks.length);
  const running = new Set<Task>();
  let failure: { readonly error: unknown } | undefined;
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < tasks.length && !signal.aborted) {
      const at = next++;
      const task = tasks[at]!;
      running.add(task);
      options.onChange?.([...running]);
      try {
        // Each has a signal of its own: one that all of them listen to makes Node warn of a leak.
        results[at] = await options.run(task, AbortSignal.any([signal]));
      } catch (error) {
        failure ??= { error };
        failing.abort(error);
      }
      running.delete(task);
      options.onChange?.([...running]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.parallel, tasks.length) }, work));
  options.signal?.throwIfAborted();
  if (failure !== undefined) throw failure.error;
  return results;
}
