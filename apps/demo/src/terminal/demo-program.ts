import { parseNumber } from '@eloquence/base';
import { ExitCode, runProgram } from '@eloquence/cli';
import { type AccessLink, parseLink } from '@eloquence/netlab';
import { createSystemClock } from '@eloquence/plugin-api';
import { type Command, Option } from 'commander';
import { servePage } from '../server/serve-page.js';
import { type ComparisonOptions, runComparison } from './run-comparison.js';

/** `comparison`: on the terminal, then the end. `page`: only the page. `both`: the one, then the other. */
export type DemoMode = 'comparison' | 'page' | 'both';

export interface DemoOptions extends ComparisonOptions {
  readonly mode: DemoMode;
  /** Port of the page; 0 takes a free one. */
  readonly port: number;
  readonly opensBrowser: boolean;
}

/**
 * The demonstration: the comparison on the terminal, the page, or both. Never throws.
 *
 * @param isTerminal whether the output is a terminal, where somebody ends the page with Ctrl-C
 */
export async function runDemo(args: readonly string[], isTerminal = false): Promise<ExitCode> {
  return await runProgram(args, (program, context) => {
    addDemoOptions(program).action(async () => {
      const options = readDemoOptions(program, isTerminal);
      const surroundings = { ...context, clock: createSystemClock() };
      if (options.mode !== 'page') context.exitCode = await runComparison(options, surroundings);
      if (options.mode !== 'comparison' && context.exitCode === ExitCode.ok)
        context.exitCode = await servePage(options, surroundings);
    });
  });
}

export function addDemoOptions(program: Command): Command {
  return program
    .name('npm start --')
    .description(
      'Speaks a sentence into a room on a LiveKit server, to a listener in another process behind an emulated access link: once ahead of playout, once with the usual 10 ms loop. Then serves a page on this machine where three ways of speaking are heard side by side, until Ctrl-C.',
    )
    .option('--page', 'Only the page, at once')
    .option('--terminal', 'Only the comparison on the terminal')
    .option('--once', 'The same as --terminal; so it is wherever the output is not a terminal')
    .option('--open', 'Open the page in the browser')
    .addOption(
      new Option('--port <number>', 'Port of the page')
        .argParser((text) => parseNumber('--port', text, { min: 0, max: 65_535, isInteger: true }))
        .default(0, 'a free one'),
    )
    .addOption(
      new Option('--link <link>', 'Link of the comparison, once for each: none, A … F, S or JSON')
        .argParser((link, before: readonly AccessLink[]) => [...before, parseLink(link)])
        .default([], 'B, then S'),
    )
    .option('--json', 'One JSON object on standard output: the comparison, or with --page the address')
    .addHelpText('after', '\nExit code: 0 done, 1 the run failed, 2 called wrongly, 130 ended by Ctrl-C.');
}

/**
 * What the parsed program says.
 *
 * @param isTerminal whether somebody watches: only then the page is served without being asked for
 */
export function readDemoOptions(program: Command, isTerminal: boolean): DemoOptions {
  const { page, terminal, once, open, port, link, json } = program.opts<DemoFlags>();
  const isComparison = terminal ?? once ?? json ?? !isTerminal;
  return {
    mode: page ? 'page' : isComparison ? 'comparison' : 'both',
    links: link.length > 0 ? link : ['B', 'S'].map(parseLink),
    port,
    opensBrowser: open === true,
    isJson: json === true,
  };
}

/** What commander makes of the options. */
interface DemoFlags {
  readonly page?: true;
  readonly terminal?: true;
  readonly once?: true;
  readonly open?: true;
  readonly port: number;
  readonly link: readonly AccessLink[];
  readonly json?: true;
}
