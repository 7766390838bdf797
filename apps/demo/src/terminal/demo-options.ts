import {
  type AccessLink,
  describeOptions,
  type OptionDefinitions,
  parseLink,
  parseNumber,
  parseOptions,
} from '@eloquence/cli';

/** `comparison`: on the terminal, then the end. `page`: only the page. `both`: the one, then the other. */
export type DemoMode = 'comparison' | 'page' | 'both';

export interface DemoOptions {
  readonly mode: DemoMode;
  readonly links: readonly AccessLink[];
  /** Port of the page; 0 takes a free one. */
  readonly port: number;
  readonly opensBrowser: boolean;
  readonly isJson: boolean;
  readonly isHelp: boolean;
}

const definitions = {
  page: { type: 'boolean', description: 'Only the page, at once' },
  terminal: { type: 'boolean', description: 'Only the comparison on the terminal' },
  once: {
    type: 'boolean',
    description: 'The same as --terminal; so it is wherever the output is not a terminal',
  },
  open: { type: 'boolean', description: 'Open the page in the browser' },
  port: { type: 'string', placeholder: 'number', description: 'Port of the page; default a free one' },
  link: {
    type: 'string',
    placeholder: 'link',
    multiple: true,
    description: 'Link of the comparison, once for each: none, A … F, S or JSON; default S, then B',
  },
  json: {
    type: 'boolean',
    description: 'One JSON object on standard output: the comparison, or with --page the address',
  },
  help: { type: 'boolean', short: 'h', description: 'Show this help' },
} as const satisfies OptionDefinitions;

export const demoHelp = `Usage: npm start -- [options]

Speaks a sentence into a room on a LiveKit server, to a listener in another process behind
an emulated access link: once ahead of playout, once with the usual 10 ms loop. Then serves
a page on this machine where three ways of speaking are heard side by side, until Ctrl-C.

Options:
${describeOptions(definitions)}

Exit code: 0 done, 1 the run failed, 2 called wrongly, 130 ended by Ctrl-C.
`;

/**
 * @param isTerminal whether somebody watches: only then the page is served without being asked for
 * @throws EloquenceError `OPTION_INVALID`, `LINK_INVALID`
 */
export function parseDemoOptions(args: readonly string[], isTerminal: boolean): DemoOptions {
  const options = parseOptions(args, definitions);
  const links = options.values.get('link') ?? ['S', 'B'];
  const [port = '0'] = options.values.get('port') ?? [];
  const isComparison = options.has('terminal') || options.has('once');
  return {
    mode: modeOf(options.has('page'), isComparison || options.has('json'), isTerminal),
    links: links.map(parseLink),
    port: parseNumber('--port', port, { min: 0, max: 65_535, isInteger: true }),
    opensBrowser: options.has('open'),
    isJson: options.has('json'),
    isHelp: options.has('help'),
  };
}

function modeOf(isPage: boolean, isComparison: boolean, isTerminal: boolean): DemoMode {
  if (isPage) return 'page';
  return isComparison || !isTerminal ? 'comparison' : 'both';
}
