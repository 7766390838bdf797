import { withTimeout } from '@eloquence/base';
import { type Clock, EloquenceError } from '@eloquence/plugin-api';

export interface GuardWorkOptions {
  readonly clock: Clock;
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** Promises that only ever reject. */
  readonly failures: ReadonlyArray<Promise<never>>;
}

/**
 * Settles as `work` does, but rejects at once with the first of `failures`, when `signal` is aborted, or when
 * `limitMs` is over.
 *
 * @throws EloquenceError `DELIVERY_INCOMPLETE` when the time is over
 */
export async function guardWork<T>(work: Promise<T>, options: GuardWorkOptions): Promise<T> {
  const { clock, limitMs, signal, failures } = options;
  return await withTimeout(Promise.race([work, ...failures]), {
    clock,
    ms: limitMs,
    signal,
    error: () =>
      new EloquenceError('DELIVERY_INCOMPLETE', 'The utterance was not heard in the time it should take.', {
        value: Math.round(limitMs),
        hint: 'The link may be too slow for it: try --profile EMERGENCY_FALLBACK, or another --link.',
      }),
  });
}
