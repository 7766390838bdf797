import type { LaneKind, Scenario } from '@eloquence/plugin-api';

/** What differs from session to session. */
export interface SessionSettings {
  /** What to speak into: a transport plugin must accept it. */
  readonly target: unknown;
  readonly lane: LaneKind | 'auto';
  /** Profile of utterances that name none; `auto` lets the selector choose, and change it as the link changes. */
  readonly profile: string;
  /** What utterances that say nothing of it are for: biases the choice. Default `conversation`. */
  readonly scenario?: Scenario;
  /** Id of the profile selector, default `rules`. */
  readonly selector?: string;
  /** Id of the forecaster, default `holt`. */
  readonly forecaster?: string;
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
