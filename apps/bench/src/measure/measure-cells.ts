import type { AccessLink } from '@eloquence/netlab';
import type { Clock, RandomSource, StreamSettings } from '@eloquence/plugin-api';
import {
  type LaneChoice,
  type Pace,
  type Progress,
  type Recovery,
  runPool,
  type Speech,
  type UtteranceFigures,
} from '@eloquence/testbed';
import type { BenchResult } from '../report/bench-report.js';
import { type RowTargets, seriesResults } from '../report/utterance-rows.js';

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

/** Utterances of one session, before the turn passes to the next cell: as many, but no more speech than fits. */
const ROUND_SIZE = 10;
const ROUND_SPEECH_MS = 125_000;
const LEAST_ROUND_SIZE = 2;
/** Seeds of neighbouring rounds are this far apart: a run draws several seeds from one. */
const SEED_STEP = 1000;

export interface MeasureOptions {
  readonly count: number;
  readonly seed: number;
  /** Sessions at once. */
  readonly parallel: number;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Told why utterances are missing. */
  readonly onFailure: (line: string) => void;
}

export type MeasuredCell = ReadonlyMap<Arm, readonly MeasuredUtterance[]>;

interface PlannedRound extends Round {
  readonly cell: Cell;
  readonly index: number;
}

/**
 * Speaks `count` utterances for every arm of every cell. Cells take turns in rounds, so that whatever else the machine
 * does meanwhile meets them all alike; the arms of a cell share its rounds and their seeds.
 */
export async function measureCells(
  cells: readonly Cell[],
  runner: CellRunner,
  options: MeasureOptions,
): Promise<ReadonlyMap<Cell, MeasuredCell>> {
  const { count, seed, parallel, clock, progress, onFailure } = options;
  const rounds = planRounds(cells, count, seed);
  let done = 0;
  const startMs = clock.nowMs();
  const describe = (running: readonly PlannedRound[]): string => {
    const names = running.map(({ cell, index }) => `${cell.name}, round ${index + 1}`).join('; ');
    const left = estimate(clock.nowMs() - startMs, done, rounds.length);
    return `${done} of ${rounds.length} rounds done${left}${names === '' ? '' : `: ${names}`}`;
  };
  progress.step(describe([]));
  const outcomes = await runPool(rounds, {
    parallel,
    signal: options.signal,
    onChange: (running) => progress.update(describe(running)),
    run: async (round, signal) => {
      const outcome = await runner.run(round.cell, round, signal);
      done++;
      for (const failure of outcome.failures)
        onFailure(`${round.cell.name}, round ${round.index + 1}: ${failure}`);
      return { ...round, ...outcome };
    },
  });
  progress.done();
  return new Map(
    cells.map((cell) => {
      // In the order of the rounds, whichever of them ended first.
      const own = outcomes.filter((round) => round.cell === cell).sort((a, b) => a.index - b.index);
      return [
        cell,
        new Map(cell.arms.map((arm) => [arm, own.flatMap(({ utterances }) => utterances.get(arm) ?? [])])),
      ];
    }),
  );
}

function planRounds(cells: readonly Cell[], count: number, seed: number): readonly PlannedRound[] {
  const planned = cells.map((cell) => {
    const fitting = Math.floor(ROUND_SPEECH_MS / cell.speech.simulatedMs);
    const size = Math.min(ROUND_SIZE, Math.max(LEAST_ROUND_SIZE, fitting));
    return Array.from({ length: Math.ceil(count / size) }, (_, index): PlannedRound => ({
      cell,
      index,
      count: Math.min(size, count - index * size),
      seed: seed + index * SEED_STEP,
    }));
  });
  // In turns; cells with more rounds than others are spread over the whole run.
  return planned
    .flatMap((rounds) => rounds.map((round) => ({ round, at: (round.index + 0.5) / rounds.length })))
    .sort((a, b) => a.at - b.at)
    .map(({ round }) => round);
}

/** How much longer it will take, once there is something to tell by. */
export function estimate(elapsedMs: number, done: number, all: number): string {
  if (done === 0 || done === all) return '';
  return `, about ${Math.ceil((elapsedMs / done) * (all - done) * (1 / 60_000))} min left`;
}

/** The figures that each arm of a cell is asked for. */
export function armResults(
  cell: Cell,
  arms: MeasuredCell,
  asked: number,
  random: RandomSource,
): BenchResult[] {
  return [...arms].flatMap(([arm, utterances]) =>
    seriesResults(
      arm.name === '' ? cell.name : `${cell.name}.${arm.name}`,
      { utterances, asked },
      arm.targets,
      random,
    ),
  );
}
