import {
  type AccessLink,
  describeOptions,
  type OptionDefinitions,
  parseLink,
  parseOptions,
} from '@eloquence/cli';

export interface DemoOptions {
  readonly links: readonly AccessLink[];
  readonly isJson: boolean;
  readonly isHelp: boolean;
}

const definitions = {
  link: {
    type: 'string',
    placeholder: 'link',
    multiple: true,
    description: 'Link of the listener, once for each comparison: none, A … F, S or JSON; default S, then B',
  },
  json: { type: 'boolean', description: 'Print one JSON object on standard output' },
  help: { type: 'boolean', short: 'h', description: 'Show this help' },
} as const satisfies OptionDefinitions;

export const demoHelp = `Usage: npm start -- [options]

Speaks a sentence into a room on a LiveKit server, to a listener in another process behind
an emulated access link: once ahead of playout, once with the usual 10 ms loop.

Options:
${describeOptions(definitions)}

Exit code: 0 both were heard, 1 the run failed, 2 called wrongly.
`;

/** @throws EloquenceError `OPTION_INVALID`, `LINK_INVALID` */
export function parseDemoOptions(args: readonly string[]): DemoOptions {
  const options = parseOptions(args, definitions);
  const links = options.values.get('link') ?? ['S', 'B'];
  return { links: links.map(parseLink), isJson: options.has('json'), isHelp: options.has('help') };
}
