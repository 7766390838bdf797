import { parseArgs } from 'node:util';
import { EloquenceError } from '@eloquence/plugin-api';
import type { AccessNetworkOptions } from '../access-network.js';
import { nearestName } from '../nearest-name.js';
import { REFERENCE_LINKS } from '../reference-links.js';

/** What the command line asks for. */
export interface CliOptions {
  readonly help: boolean;
  readonly json: boolean;
  readonly network: AccessNetworkOptions;
}

const FLAGS = {
  server: { type: 'string', default: 'ws://127.0.0.1:7880' },
  udp: { type: 'string', default: '7882' },
  tcp: { type: 'string', default: '7881' },
  link: { type: 'string', default: 'none' },
  seed: { type: 'string', default: '1' },
  'signal-port': { type: 'string', default: '0' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

function linkTable(): string {
  const header = ['name', 'rttMs', 'rateKbps', 'lossPercent', 'burstMs', 'jitterMs', 'queueMs'] as const;
  const rows = Object.values(REFERENCE_LINKS).map(({ description, ...link }) => [
    ...header.map((key) => String(link[key])),
    description,
  ]);
  return [[...header, ''], ...rows]
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0
            ? cell.padEnd(4)
            : column < header.length
              ? cell.padStart(header[column]?.length ?? 0)
              : cell,
        )
        .join('  '),
    )
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}

/** The text of `--help`. */
export function helpText(): string {
  return `Usage: netlab [options]

Puts an emulated access link in front of a LiveKit server on this machine. Clients connect to the
address that is printed instead of the server's; no privileges are needed.

Options:
  --server URL       signalling address of the server       (ws://127.0.0.1:7880)
  --udp PORT         UDP port of the server                 (7882)
  --tcp PORT         ICE-TCP port of the server, 0 for none (7881)
  --link LINK        a name below, or JSON with any of its columns (none)
  --seed N           seed of losses and jitter              (1)
  --signal-port PORT port to listen on, 0 for a free one    (0)
  --json             one JSON object a line instead of text
  --help, -h         this text

Links (each direction: half the round trip, everything else in full):
${linkTable()}

While it runs, each line of standard input is one JSON object:
  {"link":"C"}                       another link
  {"both":{"lossPercent":5}}         changes: up, down or both, with delayMs, jitterMs,
                                     lossPercent, burstMs, rateKbps, queueMs, down
  {"blackoutMs":500}                 lets nothing pass for a while
  {"stats":true}                     prints what happened so far

Ctrl-C prints the totals and ends. Exit code: 0 ended by Ctrl-C, 1 failed, 2 wrong use.
`;
}

/** @throws EloquenceError `OPTION_INVALID` on an unknown option or a value that is not a number. */
export function parseOptions(args: readonly string[]): CliOptions {
  const { values, tokens } = parseArgs({ args: [...args], options: FLAGS, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') refuse(token.value, 'Every value belongs to an option; see --help.');
    if (token.kind !== 'option') continue;
    if (!Object.hasOwn(FLAGS, token.name)) {
      refuse(token.rawName, `Did you mean '--${nearestName(token.name, Object.keys(FLAGS))}'?`);
    }
    const takesValue = FLAGS[token.name as keyof typeof FLAGS].type === 'string';
    if (takesValue && (token.value === undefined || token.value === '' || token.value.startsWith('--'))) {
      refuse(token.rawName, `Give ${token.rawName} a value.`);
    }
    if (!takesValue && token.value !== undefined) refuse(token.rawName, `${token.rawName} takes no value.`);
  }
  const tcp = wholeNumber('--tcp', values.tcp);
  return {
    help: values.help === true,
    json: values.json === true,
    network: {
      serverUrl: String(values.server),
      serverUdpPort: wholeNumber('--udp', values.udp),
      ...(tcp === 0 ? {} : { serverTcpPort: tcp }),
      link: String(values.link),
      seed: wholeNumber('--seed', values.seed),
      signalPort: wholeNumber('--signal-port', values['signal-port']),
    },
  };
}

function wholeNumber(name: string, value: unknown): number {
  if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value);
  return refuse(`${name} ${String(value)}`, `Give ${name} a whole number.`);
}

function refuse(given: string, hint: string): never {
  throw new EloquenceError('OPTION_INVALID', `Cannot use '${given}'.`, { value: given, hint });
}
