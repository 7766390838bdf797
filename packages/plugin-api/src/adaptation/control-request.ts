/** What is spoken for; it biases the choice of the profile. */
export type Scenario = 'conversation' | 'realtime' | 'longform' | 'degraded';

/** How far an utterance is: about to begin, being written, handed over whole; or there is none. */
export type ControlPhase = 'start' | 'sending' | 'sent' | 'idle';

/** What is asked for, beside the links. */
export interface ControlRequest {
  /** Absent before the first utterance. */
  readonly utteranceId?: number;
  readonly scenario: Scenario;
  /** Given with `say()`, for example `{ network: 'metered' }`; empty where nothing is said. */
  readonly labels: Readonly<Record<string, string>>;
  /** The caller's own choice: such requests are not put to a policy. */
  readonly pinnedProfileId?: string;
  readonly phase: ControlPhase;
  /** Audio handed over and not yet played, ms, at the receiver with the least. */
  readonly bufferAheadMs: number;
}

/** Plain data that survives JSON. */
export type PlainData =
  string | number | boolean | null | readonly PlainData[] | { readonly [key: string]: PlainData };

/** What one rule, or the policy itself, remembers: at most 1 kB as JSON. */
export type RuleMemory = Readonly<Record<string, PlainData>>;
