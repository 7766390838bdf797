import { createSeededRandom } from '@eloquence/base';
import { EloquenceError, type RandomSource } from '@eloquence/plugin-api';
import { armResults, type Cell, type MeasuredCell, measureCells } from '../measure/measure-cells.js';
import { createRealRunner } from '../measure/real-runner.js';
import { SimulatedRunner } from '../measure/simulated-runner.js';
import type { BenchReport, BenchResult } from '../report/bench-report.js';
import {
  chooseNames,
  machineConditions,
  type Suite,
  type SuiteContext,
  type SuiteOptions,
  type SuiteTraits,
} from './suite.js';

export interface CellSuiteDefinition extends Omit<SuiteTraits, 'takes' | 'cellNames'> {
  readonly cells: readonly Cell[];
  /** Utterances for each arm unless told. */
  readonly count: number;
  /** The same where the suite is simulated; as many if absent. */
  readonly simulatedCount?: number;
  /** Sessions at once on a real server unless told; one if absent. */
  readonly parallel?: number;
  /** Whether the suite has something to add for `--pinned`. */
  readonly takesPinned?: boolean;
  /** What the options change of a cell. */
  adapt?(cell: Cell, options: SuiteOptions): Cell;
  /** What else the report's conditions should tell. */
  conditions?(cells: readonly Cell[]): Readonly<Record<string, unknown>>;
  /** Results of a cell beside those of its arms. */
  cellResults?(
    cell: Cell,
    arms: MeasuredCell,
    tools: { readonly random: RandomSource; readonly onNote: (line: string) => void },
  ): readonly BenchResult[];
}

/** A suite that consists of cells and what their arms came to. */
export function cellSuite(definition: CellSuiteDefinition): Suite {
  const { name, summary, details, modes, cells, takesPinned } = definition;
  return {
    ...{ name, summary, details, modes },
    takes: takesPinned ? ['link', 'parallel', 'pinned'] : ['link', 'parallel'],
    cellNames: cells.map((cell) => cell.name),
    run: (context) => runCells(definition, context),
  };
}

async function runCells(definition: CellSuiteDefinition, context: SuiteContext): Promise<BenchReport> {
  const { options } = context;
  const { seed, isSimulated } = options;
  const simulatedCount = isSimulated ? definition.simulatedCount : undefined;
  const count = options.count ?? simulatedCount ?? definition.count;
  const cells = chooseCells(definition.cells, options).map(
    (cell) => definition.adapt?.(cell, options) ?? cell,
  );
  // On virtual time, nothing is gained by it.
  const parallel = isSimulated ? 1 : (options.parallel ?? definition.parallel ?? 1);
  const runner = isSimulated ? new SimulatedRunner() : await createRealRunner(context);
  try {
    const measured = await measureCells(cells, runner, { ...context, count, seed, parallel });
    const random = createSeededRandom(seed);
    const results = [...measured].flatMap(([cell, arms]) => [
      ...armResults(cell, arms, count, random),
      ...(definition.cellResults?.(cell, arms, { random, onNote: context.onNote }) ?? []),
    ]);
    return {
      suite: definition.name,
      conditions: {
        ...{ ...runner.conditions, count, seed, ...(isSimulated ? {} : { parallel }) },
        ...machineConditions(isSimulated),
        links: linksOf(cells),
        ...definition.conditions?.(cells),
      },
      results,
    };
  } finally {
    await runner.dispose();
  }
}

/**
 * Cells that the options leave.
 *
 * @throws EloquenceError `OPTION_INVALID` if none is left
 */
export function chooseCells(cells: readonly Cell[], options: SuiteOptions): readonly Cell[] {
  const names = chooseNames(
    cells.map(({ name }) => name),
    options.only,
  );
  const chosen = cells.filter(
    ({ name, link }) => names.includes(name) && (options.link === undefined || options.link === link.name),
  );
  if (chosen.length > 0) return chosen;
  throw new EloquenceError('OPTION_INVALID', `The suite has nothing on link ${options.link ?? '?'}.`, {
    value: options.link,
    hint: `Its links: ${[...new Set(cells.map(({ link }) => link.name))].join(', ')}.`,
  });
}

function linksOf(cells: readonly Cell[]): Record<string, string> {
  return Object.fromEntries(
    cells.map(({ link }) => [
      link.name,
      `${link.rateKbps} kbit/s, RTT ${link.rttMs} ms, jitter ${link.jitterMs} ms, loss ${link.lossPercent} % in ${link.burstMs} ms bursts`,
    ]),
  );
}
