import type { BenchReport, BenchResult } from '../report/bench-report.js';
import { createRealHost, createSimulatedHost, type SessionHost } from '../session/session-host.js';
import { loadedMachineConditions, machineConditions } from './machine-conditions.js';
import type { SuiteContext } from './suite.js';

/** What a suite of sessions found, and under what conditions of its own. */
export interface SessionFindings {
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly results: readonly BenchResult[];
}

/** Runs experiments in sessions, on a real server or simulated, and reports what they found. */
export async function runSessions(
  suite: string,
  context: SuiteContext,
  measure: (host: SessionHost) => Promise<SessionFindings>,
): Promise<BenchReport> {
  const host = context.options.isSimulated ? createSimulatedHost() : await createRealHost(context);
  try {
    const { conditions, results } = await measure(host);
    context.progress.done();
    const machine = host.isSimulated ? machineConditions() : loadedMachineConditions();
    return {
      suite,
      conditions: { ...host.conditions, seed: context.options.seed, ...conditions, ...machine },
      results,
    };
  } finally {
    await host.dispose();
  }
}
