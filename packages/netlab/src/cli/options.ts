import { parseNumber, runCommandLine } from '@eloquence/base';
import { Command } from 'commander';
import type { AccessNetworkOptions } from '../access-network.js';
import { REFERENCE_LINKS } from '../access-link.js';

/** What the command line asks for. */
export interface CliOptions {
  readonly json: boolean;
  readonly network: AccessNetworkOptions;
}

/** What commander makes of the options. */
interface Flags extends Readonly<Record<'udp' | 'tcp' | 'seed' | 'signalPort', number>> {
  readonly server: string;
  readonly link: string;
  readonly json?: true;
}

const helpText = `
Links (each direction: half the round trip, everything else in full):
${linkTable()}

While it runs, each line of standard input is one JSON object:
  {"link":"C"}               another link
  {"both":{"lossPercent":5}} changes: up, down or both, with delayMs, jitterMs,
                             lossPercent, burstMs, rateKbps, queueMs, down
  {"blackoutMs":500}         lets nothing pass for a while
  {"stats":true}             prints what happened so far

Ctrl-C prints the totals and ends. Exit code: 0 ended by Ctrl-C, 1 failed, 2
wrong use.`;

function linkTable(): string {
  const header = ['name', 'rttMs', 'rateKbps', 'lossPercent', 'burstMs', 'jitterMs', 'queueMs'] as const;
  const rows = Object.values(REFERENCE_LINKS).map((link) => [
    ...header.map((key) => String(link[key])),
    link.description,
  ]);
  return [[...header, ''], ...rows]
    .map(([name = '', ...cells]) => {
      const figures = cells.map((cell, at) => cell.padStart(header[at + 1]?.length ?? 0));
      return `  ${[name.padEnd(4), ...figures].join('  ')}`.trimEnd();
    })
    .join('\n');
}

/**
 * Reads the arguments. Help is written instead, where it is asked for.
 *
 * @returns undefined if help was written
 * @throws EloquenceError `OPTION_INVALID` on an unknown option or a value that is not a number.
 */
export async function parseOptions(
  args: readonly string[],
  write: (text: string) => void,
): Promise<CliOptions | undefined> {
  const within = (name: string, min: number, max: number) => (text: string) =>
    parseNumber(name, text, { min, max, isInteger: true });
  const command = new Command('netlab')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: () => undefined, getOutHelpWidth: () => 80 })
    .description(
      "Puts an emulated access link in front of a LiveKit server on this machine. Clients connect to the address that is printed instead of the server's; no privileges are needed.",
    )
    .option('--server <url>', 'signalling address of the server', 'ws://127.0.0.1:7880')
    .option('--udp <port>', 'UDP port of the server', within('--udp', 0, 65_535), 7882)
    .option('--tcp <port>', 'ICE-TCP port of the server, 0 for none', within('--tcp', 0, 65_535), 7881)
    .option('--link <link>', 'a name below, or JSON with any of its columns', 'none')
    .option(
      '--seed <n>',
      'seed of losses and jitter',
      within('--seed', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      1,
    )
    .option(
      '--signal-port <port>',
      'port to listen on, 0 for a free one',
      within('--signal-port', 0, 65_535),
      0,
    )
    .option('--json', 'one JSON object a line instead of text')
    .helpOption('-h, --help', 'this text')
    .addHelpText('after', helpText);
  if (!(await runCommandLine(command, args))) return undefined;
  const { server, udp, tcp, link, seed, signalPort, json } = command.opts<Flags>();
  return {
    json: json === true,
    network: {
      serverUrl: server,
      serverUdpPort: udp,
      serverTcpPort: tcp === 0 ? undefined : tcp,
      link,
      seed,
      signalPort,
    },
  };
}
