import { createInterface } from 'node:readline';
import { type EloquenceError, toEloquenceError } from '@eloquence/plugin-api';
import { type AccessNetwork, startAccessNetwork } from '../access-network.js';
import { runLiveCommand } from './live-command.js';
import { parseOptions } from './options.js';
import { createPaint, errorText, startText, statsText } from './report.js';

/** What the command needs of its surroundings. */
export interface CliHost {
  readonly args: readonly string[];
  readonly stdin: NodeJS.ReadableStream;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly hasColour: boolean;
  /** Resolves when the user wants the command to end. */
  readonly interrupted: Promise<void>;
  readonly isolation?: 'process' | 'in-process' | undefined;
}

const USAGE_CODES: readonly string[] = ['OPTION_INVALID', 'LINK_INVALID'];

/** Runs the command `netlab`. @returns the exit code: 0 ended when asked, 1 failed, 2 wrong use. */
export async function runCli(host: CliHost): Promise<number> {
  const paint = createPaint(host.hasColour);
  let json = false;
  const report = (error: EloquenceError): void => {
    if (json) host.write(`${JSON.stringify({ event: 'error', ...error.toJSON() })}\n`);
    else host.writeError(errorText(error, paint));
  };
  let network: AccessNetwork;
  try {
    const options = await parseOptions(host.args, host.write);
    if (options === undefined) return 0;
    json = options.json;
    network = await startAccessNetwork({ ...options.network, isolation: host.isolation });
  } catch (thrown) {
    const error = toEloquenceError(thrown);
    report(error);
    return USAGE_CODES.includes(error.code) ? 2 : 1;
  }

  const say = (event: string, details: object, text: string): void =>
    host.write(json ? `${JSON.stringify({ event, ...details })}\n` : text);
  const { url, udpPort, signalPort, link, seed } = network;
  say('ready', { url, udpPort, signalPort, link, seed }, startText(network, paint));

  const input = createInterface({ input: host.stdin, terminal: false });
  let commands = Promise.resolve();
  input.on('line', (line) => {
    if (line.trim() === '') return;
    commands = commands.then(async () => {
      try {
        const { stats, ...applied } = await runLiveCommand(network, line);
        if (applied.appliedAtMs !== undefined) say('applied', applied, 'applied\n');
        if (stats) say('stats', { stats }, statsText(stats, paint));
      } catch (error) {
        report(toEloquenceError(error));
      }
    });
  });

  await host.interrupted;
  input.close();
  await commands;
  try {
    const stats = await network.stats();
    say('closed', { stats }, statsText(stats, paint));
    return 0;
  } catch (error) {
    report(toEloquenceError(error));
    return 1;
  } finally {
    await network.close();
  }
}
