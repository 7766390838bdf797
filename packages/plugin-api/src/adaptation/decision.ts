import type { SelectionInput, Selection } from './profile-selector.js';

/** Why the sender became careful for a moment. */
export type ProtectionCause = 'alarm' | 'silence' | 'loss' | 'stall';

/** A choice of the profile, or of protection, with what it was based on. JSON all the way down. */
export interface Decision {
  /** Counts up within the session, from 1. */
  readonly id: number;
  readonly atMs: number;
  /** Utterance in progress; absent between utterances. */
  readonly utteranceId?: number;
  readonly kind: 'profile' | 'protection';
  /** Id of the selector that decided. */
  readonly selector: string;
  readonly input: SelectionInput;
  readonly selection: Selection;
  /** Present while protection is on. */
  readonly protection?: readonly ProtectionCause[];
  /** Whether the stream runs on other settings because of it. */
  readonly applied: boolean;
}
