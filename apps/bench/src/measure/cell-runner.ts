import type { Arm, Cell, MeasuredUtterance } from './cell.js';

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
