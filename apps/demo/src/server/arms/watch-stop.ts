import type { Clock } from '@eloquence/plugin-api';
import type { ArmAccount } from './arm-account.js';

/** An arm that plays as it sends: what has been heard by a stop is the time since it began. */
export interface PacedPlayout {
  /** The first piece was sent. Later calls change nothing. */
  begin(): void;
  /** The utterance is over: a stop is none of its business any more. */
  end(): void;
}

/** Tells the account, when `signal` stops the utterance, how much of what was sent has been heard. */
export function watchStop(account: ArmAccount, clock: Clock, signal: AbortSignal): PacedPlayout {
  let startedAtMs: number | undefined;
  const onStop = (): void => {
    const heardMs = startedAtMs === undefined ? 0 : clock.nowMs() - startedAtMs;
    account.bargeIn.stop(clock.nowMs(), account.sentMs, heardMs);
  };
  signal.addEventListener('abort', onStop, { once: true });
  return {
    begin: () => {
      startedAtMs ??= clock.nowMs();
    },
    end: () => signal.removeEventListener('abort', onStop),
  };
}
