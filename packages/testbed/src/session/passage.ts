import { delay, type VirtualClock, withTimeout } from '@eloquence/base';
import { type Clock, EloquenceError } from '@eloquence/plugin-api';

/** How time passes in a session: as it does, or as far as somebody lets it. */
export interface Passage {
  /** Longest time beyond the audio that an utterance may take, ms. */
  readonly graceMs: number;
  /**
   * Settles as `work` does, while time passes. Of failures and of `signal` it tells at once.
   *
   * @throws EloquenceError if it is still open after `limitMs`
   */
  during<T>(work: Promise<T>, limitMs: number, signal?: AbortSignal): Promise<T>;
  /** Settles as `work` does, whatever fails meanwhile: for ending things. */
  throughout<T>(work: Promise<T>): Promise<T>;
  /** Lets time pass. */
  pause(durationMs: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Real time.
 *
 * @param failures promises that only ever reject
 */
export function realTime(
  clock: Clock,
  failures: ReadonlyArray<Promise<never>>,
  runSignal: AbortSignal,
): Passage {
  return {
    graceMs: 30_000,
    during: (work, limitMs, signal = runSignal) => guardWork(work, { clock, limitMs, signal, failures }),
    throughout: (work) => work,
    pause: (durationMs, signal = runSignal) => delay(clock, durationMs, signal),
  };
}

const stepMs = 20;

/** Virtual time, which this alone lets pass. `during` throws `INTERNAL` when the limit is over. */
export function virtualTime(clock: VirtualClock): Passage {
  const graceMs = 60_000;
  async function during<T>(work: Promise<T>, limitMs: number): Promise<T> {
    let isSettled = false;
    const mark = (): void => {
      isSettled = true;
    };
    work.then(mark, mark);
    // Real time's turn: signals are seen, and memory can be given back. Nothing on virtual time depends on it.
    await new Promise((resolve) => setImmediate(resolve));
    const endMs = clock.nowMs() + limitMs;
    await clock.advanceAsync(0);
    while (!isSettled && clock.nowMs() < endMs) await clock.advanceAsync(stepMs);
    if (isSettled) return await work;
    throw new EloquenceError('INTERNAL', `Nothing came of it within ${limitMs} ms of virtual time.`, {
      value: limitMs,
    });
  }
  return {
    graceMs,
    during,
    throughout: (work) => during(work, graceMs),
    pause: (durationMs) => clock.advanceAsync(durationMs),
  };
}

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
