import { readFileSync } from 'node:fs';
import { defineListen } from '../listen/listen-command.js';
import { definePlugins } from '../plugins-command/plugins-command.js';
import { defineServer } from '../server/server-command.js';
import { defineSpeak } from '../speak/speak-command.js';
import type { Terminal } from '../terminal/terminal.js';
import { defineToken } from '../token/token-command.js';
import { defineVoices } from '../voices/voices-command.js';
import { type DefineProgram, type ExitCode, runProgram } from './run-program.js';

/** The commands of `eloquence`. A new one is one file and one entry here; its code is loaded when it runs. */
const commands: readonly DefineProgram[] = [
  defineSpeak,
  defineListen,
  defineVoices,
  definePlugins,
  defineToken,
  defineServer,
];

export const defineEloquence: DefineProgram = (program, context) => {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  program
    .name('eloquence')
    .description('eloquence: speech into LiveKit rooms, ahead of playout')
    .usage('<command> [options]')
    .helpCommand('help [command]', 'Show the help of a command')
    .version((JSON.parse(manifest) as { version: string }).version, '-V, --version', 'Show the version')
    .addHelpText('after', '\nExit codes: 0 all well, 1 the run failed, 2 the command was called wrongly.');
  for (const define of commands) define(program, context);
};

/**
 * The command `eloquence`: runs the command that `args` name.
 *
 * @returns the exit code. Never throws.
 */
export async function runEloquence(
  args: readonly string[],
  terminal?: Terminal,
  env?: NodeJS.ProcessEnv,
): Promise<ExitCode> {
  return await runProgram(args.length === 0 ? ['--help'] : args, defineEloquence, terminal, env);
}
