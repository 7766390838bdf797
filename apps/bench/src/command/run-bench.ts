import { createProgress, createSystemClock, ExitCode, runProgram, type Terminal } from '@eloquence/cli';
import { allHold } from '../report/bench-report.js';
import { renderReport } from '../report/render-report.js';
import { createSuites } from '../suites/suites.js';
import type { Suite } from '../suites/suite.js';
import { benchHelp, parseBenchArguments } from './bench-options.js';

/**
 * The program `bench`: runs a suite and prints its report.
 *
 * @returns the exit code. Never throws.
 */
export async function runBench(
  args: readonly string[],
  terminal?: Terminal,
  suites: readonly Suite[] = createSuites(),
): Promise<ExitCode> {
  return await runProgram(
    args,
    async ({ terminal: out, signal }) => {
      const parsed = parseBenchArguments(args, suites);
      if (parsed.kind === 'help') {
        out.out(benchHelp(suites));
        return ExitCode.ok;
      }
      const clock = createSystemClock();
      const progress = createProgress(out, clock);
      try {
        const report = await parsed.suite.run({
          options: parsed.options,
          env: process.env,
          clock,
          progress,
          signal,
          onFailure: (line) => out.err(`${out.errStyle.bad('failed:')} ${line}\n`),
        });
        out.out(parsed.isJson ? `${JSON.stringify(report)}\n` : renderReport(report, out.style));
        return allHold(report) ? ExitCode.ok : ExitCode.failed;
      } catch (error) {
        progress.fail();
        throw signal.aborted ? signal.reason : error;
      }
    },
    terminal,
  );
}
