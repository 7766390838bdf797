import { createDeferred, delay } from '@eloquence/base';
import { abortedError, type Clock } from '@eloquence/plugin-api';
import type { Receivers } from './receivers.js';

const questionIntervalMs = 60;
/** A receiver that greeted by itself is asked for the round trip, which the first utterance begins by; so long, ms. */
const roundTripLimitMs = 700;

/** What discovery needs of the lane that it serves. */
export interface DiscoveringLane {
  readonly clock: Clock;
  readonly receivers: Receivers;
  isDisposed(): boolean;
  /** Asks the room who can receive. */
  ask(): void;
}

/**
 * Asks the room who can receive, repeatedly, until somebody answers, and a little longer if that one has greeted by
 * itself: how far it is, only an answer tells.
 *
 * @throws EloquenceError `ABORTED`
 */
export async function discoverReceivers(
  { clock, receivers, ...lane }: DiscoveringLane,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const timeoutAtMs = clock.nowMs() + timeoutMs;
  let patientUntilMs = receivers.count > 0 ? clock.nowMs() + roundTripLimitMs : undefined;
  const found = createDeferred<void>();
  const subscription = receivers.onDidGreet(({ rtt }) => {
    if (rtt.isKnown) found.resolve();
    else patientUntilMs ??= clock.nowMs() + roundTripLimitMs;
  });
  const stop = new AbortController();
  const anySignal = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  try {
    while (!receivers.isAnyRttKnown && !lane.isDisposed()) {
      const endMs = (receivers.count > 0 ? patientUntilMs : undefined) ?? timeoutAtMs;
      const leftMs = endMs - clock.nowMs();
      if (leftMs <= 0) break;
      lane.ask();
      await Promise.race([found.promise, delay(clock, Math.min(questionIntervalMs, leftMs), anySignal)]);
    }
  } catch (error) {
    throw signal?.aborted ? abortedError(signal) : error;
  } finally {
    subscription.dispose();
    stop.abort();
  }
}
