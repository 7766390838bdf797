import type { LinkParameters } from '@eloquence/netlab';
import type { UtteranceFigures } from '../figures/figures.js';
import type { Summary } from '../figures/summary.js';
import type { RefusedPackets } from '../listener/arm-listener.js';
import type { ErrorMessage } from '../listener/protocol.js';
import type { SenderAccount } from '../speaker/arm.js';

/** What one lane of a run did. */
export interface ArmReport {
  /** The lane that was used: what `auto` came to. */
  readonly lane: 'data' | 'media' | 'legacy';
  readonly profile: string | null;
  /** One entry an utterance, in order. */
  readonly utterances: readonly UtteranceFigures[];
  /** The profile in force at the end of each; `null` on a lane without profiles. */
  readonly profiles: ReadonlyArray<string | null>;
  readonly summary: Summary;
  readonly sender: SenderAccount | null;
  readonly packets: RefusedPackets | null;
  readonly heardFile: string | null;
  /** The first error of an utterance that ended badly. */
  readonly error: ErrorMessage | null;
}

/** The result of a run of `speak`. */
export interface SpeakReport {
  /** Address of the server; `SIMULATED (no LiveKit)` where there was none. */
  readonly server: string;
  readonly simulated: boolean;
  readonly link: LinkParameters & { readonly name: string };
  readonly seed: number;
  readonly count: number;
  readonly isSeries: boolean;
  readonly arms: readonly ArmReport[];
}

export const SIMULATED_LABEL = 'SIMULATED (no LiveKit)';
