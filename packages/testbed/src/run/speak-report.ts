import type { LinkParameters } from '@eloquence/netlab';
import type { UtteranceFigures } from '../figures/figures.js';
import type { Summary } from '../figures/summary.js';
import type { RefusedPackets } from '../listener/listener.js';
import type { ErrorMessage } from '@eloquence/base/node';

/** What the sending side did for all utterances of an arm. */
export interface SenderAccount {
  /** Packets with audio, all copies and repeats included. */
  readonly packetsSent: number;
  readonly packetsRetransmitted: number;
  readonly redundantPackets: number;
  /** Plugins that failed, and were replaced by fallbacks, or were slow, once each. */
  readonly faults: ReadonlyArray<{
    readonly pluginId: string;
    readonly faults: number;
    readonly state: string;
    readonly message: string;
  }>;
}

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
