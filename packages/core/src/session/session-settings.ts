import type { LaneKind } from '@eloquence/plugin-api';

/** What differs from session to session. */
export interface SessionSettings {
  /** What to speak into: a transport plugin must accept it. */
  readonly target: unknown;
  readonly lane: LaneKind | 'auto';
  /** Profile of utterances that name none. */
  readonly profile: string;
  readonly ttsEngine: string;
  readonly voice?: string;
  /** Rate at which speech is encoded and sent, Hz. */
  readonly sampleRateHz: number;
  /** Load the voice when the session opens, rather than with the first text. */
  readonly preloadVoice: boolean;
  /** Utterances that may wait; one more is refused. */
  readonly maxQueuedUtterances: number;
  /** Ids of the monitors that watch the session; all that are installed if absent. */
  readonly monitors?: readonly string[];
  /** Lets everything else that waits on the event loop have its turn. */
  readonly yieldTurn: () => Promise<void>;
}
