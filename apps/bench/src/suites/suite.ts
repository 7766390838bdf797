import { arch, cpus, loadavg, platform } from 'node:os';
import { didYouMean } from '@eloquence/base';
import { type Clock, EloquenceError } from '@eloquence/plugin-api';
import type { Progress } from '@eloquence/testbed';
import type { BenchReport, BenchResult } from '../report/bench-report.js';
import { createRealHost, createSimulatedHost, type SessionHost } from '../session/session-host.js';

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

/** What the command line knows of a suite. */
export interface SuiteTraits {
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
}

/** A set of measurements with one question. */
export interface Suite extends SuiteTraits {
  run(context: SuiteContext): Promise<BenchReport>;
}

/** What a suite found, and under what conditions of its own. */
export interface Findings {
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly results: readonly BenchResult[];
}

/** A suite whose experiments run in sessions, on a real server or simulated. */
export function sessionSuite(
  traits: SuiteTraits,
  measure: (host: SessionHost, context: SuiteContext) => Promise<Findings>,
): Suite {
  return {
    ...traits,
    run: async (context) => {
      const { options, progress } = context;
      // What there is not is refused before a server is started.
      chooseNames(traits.cellNames, options.only);
      const isSimulated = options.isSimulated || !traits.modes.includes('real');
      const host = isSimulated ? createSimulatedHost() : await createRealHost(context);
      try {
        const { conditions, results } = await measure(host, context);
        progress.done();
        const common = { ...host.conditions, seed: options.seed };
        return {
          suite: traits.name,
          conditions: { ...common, ...conditions, ...machineConditions(isSimulated) },
          results,
        };
      } finally {
        await host.dispose();
      }
    },
  };
}

/** On what machine a report was made; unless simulated, with its load: the mean of the last minute. */
export function machineConditions(isSimulated: boolean): Record<string, unknown> {
  const load = isSimulated ? {} : { load: Math.round((loadavg()[0] ?? 0) * 100) / 100 };
  return { node: process.version, platform: `${platform()} ${arch()}`, cpus: cpus().length, ...load };
}

/**
 * The names that `--only` leaves: all of them if it is empty, else those that it gives in full or up to a dash.
 *
 * @throws EloquenceError `OPTION_INVALID` for one that matches nothing
 */
export function chooseNames(names: readonly string[], only: readonly string[]): readonly string[] {
  const matches = (name: string, wanted: string): boolean => name === wanted || name.startsWith(`${wanted}-`);
  for (const wanted of only) {
    if (names.some((name) => matches(name, wanted))) continue;
    throw new EloquenceError('OPTION_INVALID', `There is no cell '${wanted}' in this suite.`, {
      value: wanted,
      hint: didYouMean(wanted, names),
    });
  }
  return only.length === 0 ? names : names.filter((name) => only.some((wanted) => matches(name, wanted)));
}

/** The links that `--only` and `--link` leave, in a suite whose cells are links. @throws EloquenceError the same */
export function chooseLinks(names: readonly string[], { only, link }: SuiteOptions): readonly string[] {
  return chooseNames(names, link === undefined ? only : [...only, link]);
}
