import { createSystemClock, ExitCode, runProgram } from '@eloquence/cli';
import { servePage } from '../server/serve-page.js';
import { demoHelp, parseDemoOptions } from './demo-options.js';
import { runComparison } from './run-comparison.js';

/**
 * The demonstration: the comparison on the terminal, the page, or both. Never throws.
 *
 * @param isTerminal whether the output is a terminal, where somebody ends the page with Ctrl-C
 */
export async function runDemo(args: readonly string[], isTerminal = false): Promise<ExitCode> {
  return await runProgram(args, async ({ terminal, signal }) => {
    const options = parseDemoOptions(args, isTerminal);
    if (options.isHelp) {
      terminal.out(demoHelp);
      return ExitCode.ok;
    }
    const context = { terminal, signal, clock: createSystemClock() };
    if (options.mode !== 'page') {
      const code = await runComparison(options, context);
      if (options.mode === 'comparison' || code !== ExitCode.ok) return code;
    }
    return await servePage(options, context);
  });
}
