import { didYouMean, parseNumber } from '@eloquence/base';
import { type CommandContext, createProgress, ExitCode, runProgram, type Terminal } from '@eloquence/cli';
import { parseLink } from '@eloquence/netlab';
import { createSystemClock, EloquenceError } from '@eloquence/plugin-api';
import { type Command, Option } from 'commander';
import { allHold, readReport } from '../report/bench-report.js';
import { renderMarkdown } from '../report/render-markdown.js';
import { renderReport } from '../report/render-report.js';
import { createSuites } from '../suites/suites.js';
import type { Suite } from '../suites/suite.js';

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
    args.length === 0 ? ['--help'] : args,
    (program, context) => defineBench(program, context, suites),
    terminal,
  );
}

function defineBench(program: Command, context: CommandContext, suites: readonly Suite[]): void {
  program
    .name('npm run bench --')
    .description('Measures, and says whether each target holds.')
    .usage('<suite> [options]')
    .enablePositionalOptions()
    .argument('[names...]')
    .option('--markdown', 'Print Markdown tables of reports from files of --json output')
    .helpCommand(false)
    .commandsGroup('Suites:')
    .addHelpText(
      'after',
      '\nHelp on a suite and its cells: npm run bench -- <suite> --help\n' +
        'Exit code: 0 all targets hold, 1 one was missed or the run failed, 2 called\nwrongly.',
    )
    .action(async (names: string[], { markdown }: { markdown?: true }) => {
      const areFiles = markdown === true && names.every((name) => name.endsWith('.json'));
      if (!areFiles || names.length === 0) throw notASuite(names, suites);
      for (const file of names) context.terminal.out(renderMarkdown(await readReport(file)));
    });
  for (const suite of suites) {
    const command = addSuite(program, suite);
    command.action(async () => {
      if (command.args.length > 0) throw notASuite([suite.name, ...command.args], suites);
      await runSuite(suite, command.opts<SuiteFlags>(), context);
    });
  }
}

/** What commander makes of the options of a suite. */
interface SuiteFlags {
  readonly json?: true;
  readonly markdown?: true;
  readonly only: readonly string[];
  readonly count?: number;
  readonly seed: number;
  readonly link?: string;
  readonly simulated?: true;
  readonly pinned?: true;
  readonly parallel?: number;
  readonly serverDefault?: true;
}

function addSuite(
  program: Command,
  { name, summary, details, modes, takes = [], cellNames }: Suite,
): Command {
  const places = modes.map((mode) => (mode === 'real' ? 'a LiveKit server' : 'virtual time (--simulated)'));
  const wholeNumber = (option: string, min: number, max: number) => (text: string) =>
    parseNumber(option, text, { min, max, isInteger: true });
  const command = program
    .command(name)
    .summary(summary)
    .description(
      [
        `${summary}.`,
        details.replaceAll('\n', ' '),
        `Runs on: ${places.join(', ')}`,
        `Cells: ${cellNames.join(', ')}`,
      ].join('\n\n'),
    )
    .allowExcessArguments()
    .addOption(new Option('--json', 'Print one JSON object on standard output').conflicts('markdown'))
    .option('--markdown', 'Print a Markdown table')
    .addOption(
      new Option('--only <a,b>', 'Measure these cells only: names, or what several begin with')
        .argParser((names, before: readonly string[]) => [
          ...before,
          ...names.split(',').flatMap((cell) => cell.trim() || []),
        ])
        .default([], 'all'),
    )
    .option('--count <n>', 'Utterances for each arm (1–100000)', wholeNumber('--count', 1, 100_000))
    .option('--seed <n>', 'Seed of everything random (0–4294967295)', wholeNumber('--seed', 0, 4294967295), 1)
    .option('--server-default', 'Start the LiveKit server without rtc.sctp_min_cwnd');
  if (modes.includes('simulated'))
    command.option('--simulated', 'On virtual time with emulated links, without a server');
  if (takes.includes('link'))
    command.option(
      '--link <link>',
      'Measure on this reference link only: A … F, S',
      (text) => parseLink(text).name,
    );
  if (takes.includes('pinned'))
    command.option('--pinned', 'Measure pinned profiles beside what the framework chooses');
  if (takes.includes('parallel'))
    command.option('--parallel <n>', 'Sessions at once (1–16)', wholeNumber('--parallel', 1, 16));
  return command;
}

async function runSuite(suite: Suite, flags: SuiteFlags, context: CommandContext): Promise<void> {
  const { terminal, env, signal } = context;
  const clock = createSystemClock();
  const progress = createProgress(terminal, clock);
  try {
    const report = await suite.run({
      options: {
        ...flags,
        isSimulated: flags.simulated === true || suite.modes[0] === 'simulated',
        isPinned: flags.pinned === true,
        isServerDefault: flags.serverDefault === true,
      },
      env,
      clock,
      progress,
      signal,
      onFailure: (line) => terminal.err(`${terminal.errStyle.bad('failed:')} ${line}\n`),
      onNote: (line) => terminal.err(`note: ${line}\n`),
    });
    if (flags.json) terminal.out(`${JSON.stringify(report)}\n`);
    else terminal.out(flags.markdown ? renderMarkdown(report) : renderReport(report, terminal.style));
    if (!allHold(report)) context.exitCode = ExitCode.failed;
  } catch (error) {
    progress.fail();
    throw signal.aborted ? signal.reason : error;
  }
}

function notASuite(names: readonly string[], suites: readonly Suite[]): EloquenceError {
  const known = suites.map(({ name }) => name);
  const [name = '', ...others] = names;
  return others.length > 0
    ? new EloquenceError('OPTION_INVALID', 'Name one suite.', {
        value: names.join(' '),
        hint: `Valid: ${known.join(', ')}.`,
      })
    : new EloquenceError('OPTION_INVALID', `There is no suite '${name}'.`, {
        value: name,
        hint: didYouMean(name, known),
      });
}
