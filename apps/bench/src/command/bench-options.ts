import {
  describeOptions,
  type OptionDefinitions,
  parseLink,
  parseNumber,
  parseOptions,
} from '@eloquence/cli';
import { didYouMean } from '@eloquence/testbed';
import { EloquenceError } from '@eloquence/plugin-api';
import { type Suite, SUITE_OWN_OPTIONS, type SuiteOptions, type SuiteOwnOption } from '../suites/suite.js';

const definitions = {
  json: { type: 'boolean', description: 'Print one JSON object on standard output' },
  markdown: {
    type: 'boolean',
    description: 'Print a Markdown table: of the suite, or of a report from a file of --json output',
  },
  only: {
    type: 'string',
    placeholder: 'a,b',
    multiple: true,
    description: 'Measure these cells only: names, or what several begin with',
  },
  count: { type: 'string', placeholder: 'n', description: 'Utterances for each arm (1–100000)' },
  seed: {
    type: 'string',
    placeholder: 'n',
    description: 'Seed of everything random (0–4294967295), default 1',
  },
  link: { type: 'string', placeholder: 'link', description: 'Measure on this reference link only: A … F, S' },
  simulated: { type: 'boolean', description: 'On virtual time with emulated links, without a server' },
  pinned: { type: 'boolean', description: 'Measure pinned profiles beside what the framework chooses' },
  parallel: { type: 'string', placeholder: 'n', description: 'Sessions at once (1–16)' },
  'server-default': {
    type: 'boolean',
    description: 'Start the LiveKit server without rtc.sctp_min_cwnd',
  },
  help: { type: 'boolean', short: 'h', description: 'Show this help' },
} as const satisfies OptionDefinitions;

/** What a run prints. */
export type BenchFormat = 'table' | 'json' | 'markdown';

export type BenchArguments =
  | { readonly kind: 'help'; readonly suite?: Suite }
  /** Renders reports that exist already. */
  | { readonly kind: 'render'; readonly files: readonly string[] }
  | {
      readonly kind: 'run';
      readonly suite: Suite;
      readonly format: BenchFormat;
      readonly options: SuiteOptions;
    };

/** @throws EloquenceError `OPTION_INVALID`, `LINK_INVALID` */
export function parseBenchArguments(args: readonly string[], suites: readonly Suite[]): BenchArguments {
  const options = parseOptions(args, definitions);
  if (options.has('help') || args.length === 0) {
    const about = suites.find(({ name }) => name === options.positionals[0]);
    return about === undefined ? { kind: 'help' } : { kind: 'help', suite: about };
  }
  if (options.has('json') && options.has('markdown')) {
    throw new EloquenceError('OPTION_INVALID', '--json and --markdown exclude each other.', {
      hint: 'Leave out one of them.',
    });
  }
  if (options.has('markdown') && options.positionals.some((name) => name.endsWith('.json')))
    return { kind: 'render', files: options.positionals };
  const suite = findSuite(options.positionals, suites);
  const count = options.get('count');
  const seed = options.get('seed');
  const link = options.get('link');
  const parallel = options.get('parallel');
  refuseUntaken(suite, options);
  return {
    kind: 'run',
    suite,
    format: options.has('json') ? 'json' : options.has('markdown') ? 'markdown' : 'table',
    options: {
      only: (options.values.get('only') ?? [])
        .flatMap((value) => value.split(','))
        .map((name) => name.trim())
        .filter((name) => name !== ''),
      seed: seed === undefined ? 1 : parseNumber('seed', seed, { min: 0, max: 4294967295, isInteger: true }),
      isSimulated: isSimulated(suite, options.has('simulated')),
      isPinned: options.has('pinned'),
      isServerDefault: options.has('server-default'),
      ...(parallel === undefined
        ? {}
        : { parallel: parseNumber('parallel', parallel, { min: 1, max: 16, isInteger: true }) }),
      ...(count === undefined
        ? {}
        : { count: parseNumber('count', count, { min: 1, max: 100_000, isInteger: true }) }),
      ...(link === undefined ? {} : { link: parseLink(link).name }),
    },
  };
}

export function benchHelp(suites: readonly Suite[]): string {
  const width = Math.max(...suites.map(({ name }) => name.length)) + 2;
  return `Usage: npm run bench -- <suite> [options]

Measures, and says whether each target holds.

Suites:
${suites.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`).join('\n')}

Options:
${describeOptions(definitions)}

Cells:
${suites.map(({ name, cellNames }) => wrap(`  ${name.padEnd(width)}`, cellNames)).join('\n')}

Exit code: 0 all targets hold, 1 one was missed or the run failed, 2 called wrongly.
`;
}

/** The help of one suite. */
export function suiteHelp(suite: Suite): string {
  const takes = suite.takes ?? [];
  const untaken = SUITE_OWN_OPTIONS.filter((name) => !takes.includes(name));
  const own = Object.fromEntries(
    Object.entries(definitions).filter(([name]) => !untaken.some((other) => other === name)),
  );
  return `Usage: npm run bench -- ${suite.name} [options]

${suite.summary}.

${suite.details}

Runs on: ${suite.modes.map((mode) => (mode === 'real' ? 'a LiveKit server' : 'virtual time (--simulated)')).join(', ')}

Options:
${describeOptions(own)}

${wrap('Cells:  ', suite.cellNames)}
`;
}

/** @throws EloquenceError `OPTION_INVALID` for an option that means nothing to the suite */
function refuseUntaken(suite: Suite, options: { has(name: SuiteOwnOption): boolean }): void {
  for (const name of SUITE_OWN_OPTIONS) {
    if (!options.has(name) || suite.takes?.includes(name)) continue;
    throw new EloquenceError('OPTION_INVALID', `--${name} means nothing to the suite ${suite.name}.`, {
      value: suite.name,
      hint: `Leave out --${name}.`,
    });
  }
}

function wrap(label: string, names: readonly string[]): string {
  const lines: string[] = [];
  let line = label;
  for (const [at, name] of names.entries()) {
    const text = at === names.length - 1 ? name : `${name}, `;
    if (line.length + text.length > 100) {
      lines.push(line.trimEnd());
      line = ' '.repeat(label.length);
    }
    line += text;
  }
  return [...lines, line].join('\n');
}

function findSuite(positionals: readonly string[], suites: readonly Suite[]): Suite {
  const names = suites.map(({ name }) => name);
  const [name, ...rest] = positionals;
  if (name === undefined || rest.length > 0) {
    throw new EloquenceError('OPTION_INVALID', 'Name one suite.', {
      value: positionals.join(' '),
      hint: `Valid: ${names.join(', ')}.`,
    });
  }
  const suite = suites.find((candidate) => candidate.name === name);
  if (suite !== undefined) return suite;
  throw new EloquenceError('OPTION_INVALID', `There is no suite '${name}'.`, {
    value: name,
    hint: didYouMean(name, names),
  });
}

function isSimulated(suite: Suite, isAsked: boolean): boolean {
  if (isAsked && !suite.modes.includes('simulated')) {
    throw new EloquenceError('OPTION_INVALID', `The suite ${suite.name} cannot be simulated.`, {
      value: suite.name,
      hint: 'Leave out --simulated.',
    });
  }
  return isAsked || suite.modes[0] === 'simulated';
}
