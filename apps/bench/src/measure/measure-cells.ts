import { type Progress, runPool } from '@eloquence/testbed';
import type { Clock, RandomSource } from '@eloquence/plugin-api';
import type { BenchResult } from '../report/bench-report.js';
import { seriesResults } from '../report/utterance-rows.js';
import type { Arm, Cell, CellRunner, MeasuredUtterance, RoundOutcome } from './cell.js';

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

interface PlannedRound {
  readonly cell: Cell;
  readonly index: number;
  readonly count: number;
  readonly seed: number;
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
  const outcomes = new Map<PlannedRound, RoundOutcome>();
  const startMs = clock.nowMs();
  const describe = (running: readonly PlannedRound[]): string => {
    const names = running.map(({ cell, index }) => `${cell.name}, round ${index + 1}`).join('; ');
    const left = estimate(clock.nowMs() - startMs, outcomes.size, rounds.length);
    return `${outcomes.size} of ${rounds.length} rounds done${left}${names === '' ? '' : `: ${names}`}`;
  };
  progress.step(describe([]));
  await runPool(rounds, {
    parallel,
    signal: options.signal,
    onChange: (running) => progress.update(describe(running)),
    run: async (round, signal) => {
      const outcome = await runner.run(round.cell, round, signal);
      outcomes.set(round, outcome);
      for (const failure of outcome.failures)
        onFailure(`${round.cell.name}, round ${round.index + 1}: ${failure}`);
    },
  });
  progress.done();
  return gather(cells, rounds, outcomes);
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

/** In the order of the rounds, whichever of them ended first. */
function gather(
  cells: readonly Cell[],
  rounds: readonly PlannedRound[],
  outcomes: ReadonlyMap<PlannedRound, RoundOutcome>,
): ReadonlyMap<Cell, MeasuredCell> {
  return new Map(
    cells.map((cell) => {
      const own = rounds.filter((round) => round.cell === cell).sort((a, b) => a.index - b.index);
      const ofArm = (arm: Arm): MeasuredUtterance[] =>
        own.flatMap((round) => outcomes.get(round)?.utterances.get(arm) ?? []);
      return [cell, new Map(cell.arms.map((arm) => [arm, ofArm(arm)]))];
    }),
  );
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
