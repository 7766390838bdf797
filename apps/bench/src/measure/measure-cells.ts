import type { Progress, UtteranceFigures } from '@eloquence/cli';
import type { RandomSource } from '@eloquence/plugin-api';
import type { BenchResult } from '../report/bench-report.js';
import { seriesResults } from '../report/utterance-rows.js';
import type { Arm, Cell } from './cell.js';
import type { CellRunner } from './cell-runner.js';

/** Utterances of one session, before the turn passes to the next cell. */
const ROUND_SIZE = 10;
/** Seeds of neighbouring rounds are this far apart: a run draws several seeds from one. */
const SEED_STEP = 1000;

export interface MeasureOptions {
  readonly count: number;
  readonly seed: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Told why utterances are missing. */
  readonly onFailure: (line: string) => void;
}

export type MeasuredCell = ReadonlyMap<Arm, readonly UtteranceFigures[]>;

/**
 * Speaks `count` utterances for every arm of every cell. Cells take turns in rounds of ten, so that whatever else
 * the machine does meanwhile meets them all alike; the arms of a cell share its rounds and their seeds.
 */
export async function measureCells(
  cells: readonly Cell[],
  runner: CellRunner,
  options: MeasureOptions,
): Promise<ReadonlyMap<Cell, MeasuredCell>> {
  const { count, seed, progress, signal, onFailure } = options;
  const measured = new Map(
    cells.map((cell) => [cell, new Map(cell.arms.map((arm) => [arm, [] as UtteranceFigures[]]))]),
  );
  const rounds = Math.ceil(count / ROUND_SIZE);
  for (let round = 0; round < rounds; round++) {
    const size = Math.min(ROUND_SIZE, count - round * ROUND_SIZE);
    for (const cell of cells) {
      signal.throwIfAborted();
      progress.step(`${cell.name}, round ${round + 1} of ${rounds}`);
      const outcome = await runner.run(cell, { count: size, seed: seed + round * SEED_STEP }, signal);
      for (const [arm, utterances] of outcome.utterances)
        measured
          .get(cell)
          ?.get(arm)
          ?.push(...utterances);
      for (const failure of outcome.failures) onFailure(`${cell.name}, round ${round + 1}: ${failure}`);
    }
  }
  progress.done();
  return measured;
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
