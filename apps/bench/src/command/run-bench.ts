import {
  createProgress,
  createSystemClock,
  ExitCode,
  runProgram,
  type Style,
  type Terminal,
} from '@eloquence/cli';
import { allHold, type BenchReport } from '../report/bench-report.js';
import { readReport } from '../report/read-report.js';
import { renderMarkdown } from '../report/render-markdown.js';
import { renderReport } from '../report/render-report.js';
import { createSuites } from '../suites/suites.js';
import type { Suite } from '../suites/suite.js';
import { type BenchFormat, benchHelp, parseBenchArguments, suiteHelp } from './bench-options.js';

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
        out.out(parsed.suite === undefined ? benchHelp(suites) : suiteHelp(parsed.suite));
        return ExitCode.ok;
      }
      if (parsed.kind === 'render') {
        for (const file of parsed.files) out.out(renderMarkdown(await readReport(file)));
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
          onNote: (line) => out.err(`note: ${line}\n`),
        });
        out.out(render(report, parsed.format, out.style));
        return allHold(report) ? ExitCode.ok : ExitCode.failed;
      } catch (error) {
        progress.fail();
        throw signal.aborted ? signal.reason : error;
      }
    },
    terminal,
  );
}

function render(report: BenchReport, format: BenchFormat, style: Style): string {
  if (format === 'json') return `${JSON.stringify(report)}\n`;
  return format === 'markdown' ? renderMarkdown(report) : renderReport(report, style);
}
