import type { Progress } from '@eloquence/testbed';
import type { Clock } from '@eloquence/plugin-api';
import type { BenchReport } from '../report/bench-report.js';

/** What narrows or changes a suite's run; as given on the command line. */
export interface SuiteOptions {
  /** Cells to measure, by name; all if empty. */
  readonly only: readonly string[];
  /** Utterances for each arm; the suite's own number if absent. */
  readonly count?: number | undefined;
  readonly seed: number;
  /** Name of the reference link to which the suite is narrowed. */
  readonly link?: string | undefined;
  readonly isSimulated: boolean;
  /** Whether pinned profiles are measured beside what the framework chooses. */
  readonly isPinned?: boolean;
  /** Whether a server that is started for the suite keeps its own default for the SCTP window. */
  readonly isServerDefault?: boolean;
  /** Sessions at once; the suite's own number if absent. */
  readonly parallel?: number | undefined;
}

export interface SuiteContext {
  readonly options: SuiteOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Told what did not come to its end, a line each. */
  readonly onFailure: (line: string) => void;
  /** Told what is worth knowing beside the figures, a line each. */
  readonly onNote: (line: string) => void;
}

/** Where a suite can be run. */
export type SuiteMode = 'real' | 'simulated';

/** A set of measurements with one question. */
export interface Suite {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** The first is what the suite runs on unless told otherwise. */
  readonly modes: readonly SuiteMode[];
  /** What it measures, how, and what to make of it; for its own help. */
  readonly details: string;
  /** Options that it takes and others refuse. */
  readonly takes?: ReadonlyArray<'link' | 'pinned' | 'parallel'>;
  /** What `--only` can name. */
  readonly cellNames: readonly string[];
  run(context: SuiteContext): Promise<BenchReport>;
}
