import { EloquenceError } from '@eloquence/plugin-api';
import { createTerminal, type Terminal } from '../terminal/terminal.js';
import { commands } from './commands.js';
import { ExitCode } from './exit-code.js';
import { didYouMean } from './nearest-name.js';
import { overview } from './overview.js';
import { runProgram } from './run-program.js';

/**
 * The command `eloquence`: finds the command that `args` name and runs it.
 *
 * @returns the exit code. Never throws.
 */
export async function runEloquence(
  args: readonly string[],
  terminal: Terminal = createTerminal(process.stdout, process.stderr, process.env),
  env: NodeJS.ProcessEnv = process.env,
): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.out(overview(commands));
    return ExitCode.ok;
  }
  return await runProgram(
    rest,
    async ({ signal }) => {
      const entry = commands.find((command) => command.name === name);
      if (entry === undefined) throw unknownCommand(name);
      const command = await entry.load();
      if (asksForHelp(rest)) {
        terminal.out(command.help);
        return ExitCode.ok;
      }
      return await command.run({ args: rest, terminal, env, signal });
    },
    terminal,
  );
}

function unknownCommand(name: string): EloquenceError {
  return new EloquenceError('OPTION_INVALID', `There is no command '${name}'.`, {
    value: name,
    hint: didYouMean(
      name,
      commands.map((command) => command.name),
    ),
  });
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
}
