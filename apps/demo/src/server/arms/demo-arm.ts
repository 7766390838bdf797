import type { ArmId, ArmState } from '../../protocol.js';
import type { AsyncDisposable } from '../demo-service.js';
import type { ArmAccount, ArmEnd } from './arm-account.js';

/** One way of speaking, with a room of its own. */
export interface DemoArm extends AsyncDisposable {
  readonly id: ArmId;
  readonly state: ArmState;
  /**
   * Gets everything ready that the first word must not wait for.
   *
   * @throws EloquenceError `NO_RECEIVER` if nobody listens, `CONNECTION_LOST`, `ABORTED`
   */
  prepare(signal: AbortSignal): Promise<void>;
  /**
   * Speaks an utterance until it was heard or the signal stopped it; what happens meanwhile goes into the account.
   *
   * @throws EloquenceError if it could not be spoken in full
   */
  speak(account: ArmAccount, signal: AbortSignal): Promise<ArmEnd>;
}
