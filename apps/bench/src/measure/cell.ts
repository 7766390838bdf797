import type { LaneChoice, Pace, Recovery, Speech, UtteranceFigures } from '@eloquence/testbed';
import type { AccessLink } from '@eloquence/netlab';
import type { StreamSettings } from '@eloquence/plugin-api';
import type { RowTargets } from '../report/utterance-rows.js';

/** One arm of a cell: a way of speaking that is compared with the others under the same conditions. */
export interface Arm {
  /** Part of the result's name; empty in a cell with one arm. */
  readonly name: string;
  /** A lane, or the room output of LiveKit Agents. */
  readonly lane: LaneChoice | 'agents';
  /** A pinned profile; absent where the framework chooses. */
  readonly profile?: string | undefined;
  /** Settings of the experiment's own in place of a profile. */
  readonly settings?: StreamSettings;
  /** How lost packets come back; as in production unless told. */
  readonly recovery?: Recovery;
  readonly targets: RowTargets;
}

/** One set of conditions, under which arms take turns. */
export interface Cell {
  readonly name: string;
  readonly link: AccessLink;
  readonly pace: Pace;
  readonly speech: Speech;
  readonly arms: readonly Arm[];
}

/** One utterance of an arm. */
export interface MeasuredUtterance extends UtteranceFigures {
  /** The profile in force at its end; `null` where there are none. */
  readonly profile: string | null;
  /** Its place in its session, from 0. */
  readonly turn: number;
}

/** Some utterances of a cell in one session per arm, with losses of their own. */
export interface Round {
  readonly count: number;
  readonly seed: number;
}

/** What the arms of a cell came to in one round. */
export interface RoundOutcome {
  readonly utterances: ReadonlyMap<Arm, readonly MeasuredUtterance[]>;
  /** Why utterances are missing, one line each. */
  readonly failures: readonly string[];
}

/** Measures cells: on a real server, or simulated. */
export interface CellRunner {
  /** What belongs into the report's conditions. */
  readonly conditions: Readonly<Record<string, unknown>>;
  /** @throws EloquenceError only what makes measuring on pointless; a session that fails is an outcome. */
  run(cell: Cell, round: Round, signal: AbortSignal): Promise<RoundOutcome>;
  dispose(): Promise<void>;
}
