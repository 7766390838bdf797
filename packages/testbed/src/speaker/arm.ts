import type { UtteranceFigures } from '../figures/figures.js';
import type { PreparedSpeech } from '../source/prepared-speech.js';
import type { RefusedPackets } from '../listener/arm-listener.js';
import type { ErrorMessage } from '../listener/protocol.js';

/** One utterance of an arm, measured. */
export interface ArmUtterance {
  readonly figures: UtteranceFigures;
  /** The profile in force at its end; `null` on a lane without profiles, or if it did not end well. */
  readonly profile: string | null;
  /** Why it was not heard in full; `null` if it was. */
  readonly error: ErrorMessage | null;
}

/** What the sending side did for all utterances of an arm so far. */
export interface SenderAccount {
  /** Packets with audio, all copies and repeats included. */
  readonly packetsSent: number;
  readonly packetsRepeated: number;
  readonly packetsCopied: number;
  /** Plugins that failed, and were replaced by fallbacks, or were slow, once each. */
  readonly faults: ReadonlyArray<{
    readonly pluginId: string;
    readonly faults: number;
    readonly state: string;
    readonly message: string;
  }>;
}

/** One lane of a run: a session of its own in a room of its own, with a listener of its own. */
export interface Arm {
  /** Lane in use; known for certain after the first utterance. */
  readonly lane: 'data' | 'media' | 'legacy';
  readonly profile: string | null;
  readonly heardFile: string | null;
  /** `null` on a lane that keeps none. */
  readonly sender: SenderAccount | null;
  /** Packets that the listener refused, so far. */
  readonly packets: RefusedPackets | null;
  /** Speaks something short that nobody measures, so that both sides have run every line of their code once. */
  warmUp(speech: PreparedSpeech, signal: AbortSignal): Promise<void>;
  /** Speaks the text once, and returns when it was heard and nothing of it is on its way any more. */
  speak(index: number, signal: AbortSignal): Promise<ArmUtterance>;
  dispose(): Promise<void>;
}
