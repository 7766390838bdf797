import path from 'node:path';
import { runCommandLine } from '@eloquence/base';
import { EloquenceError, isEloquenceError } from '@eloquence/plugin-api';
import { Command } from 'commander';
import { pluginKinds } from '../kinds/plugin-kinds.js';
import { type RenderedPlugin, renderPlugin } from '../render-plugin.js';
import { writePlugin } from '../write-plugin.js';

/** Where the command prints to, and what it knows of the world. */
export interface CreatePluginContext {
  readonly directory: string;
  readonly year: number;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
}

/** What commander makes of the options. */
interface Flags {
  readonly kind?: string;
  readonly id?: string;
  readonly directory?: string;
  readonly author?: string;
  readonly dryRun?: true;
}

/** Runs the command. @returns the exit code */
export async function runCreatePlugin(
  args: readonly string[],
  context: CreatePluginContext,
): Promise<number> {
  const command = new Command('npm create @eloquence/plugin')
    .exitOverride()
    .configureOutput({ writeOut: context.print, writeErr: () => undefined, getOutHelpWidth: () => 80 })
    .description(
      'Writes a plugin for Eloquence: manifest, code, contract test, README. It builds, lints and passes its test at once.',
    )
    .usage('<name> -- --kind <kind> [options]')
    .argument('[name...]', 'name of the package: mulaw, or @acme/eloquence-mulaw')
    .option('--kind <kind>', 'what it contributes: one of the kinds below')
    .option('--id <id>', 'id of the contribution (default: the name without scope and "eloquence-")')
    .option('--directory <dir>', 'where to write to (default: the name without scope)')
    .option('--author <name>', 'who holds the copyright')
    .option('--dry-run', 'list the files, write nothing')
    .helpOption('-h, --help', 'this text')
    .action((names: string[], flags: Flags) => createPlugin(names, flags, context));
  const help = command.createHelp();
  help.prepareContext({ helpWidth: 80 });
  const kinds = pluginKinds.map(({ kind, summary }) => help.formatItem(kind, 13, summary, help));
  command.addHelpText(
    'after',
    `\nKinds:\n${kinds.join('\n')}\n\nExit codes: 0 written, 1 could not be written, 2 wrong option.`,
  );
  try {
    await runCommandLine(command, args);
    return 0;
  } catch (error) {
    if (!isEloquenceError(error)) throw error;
    context.printError(`${error.message}\n${error.hint === undefined ? '' : `${error.hint}\n`}`);
    return error.code === 'OPTION_INVALID' ? 2 : 1;
  }
}

async function createPlugin(
  [name, ...others]: readonly string[],
  { kind, id, author, directory, dryRun }: Flags,
  context: CreatePluginContext,
): Promise<void> {
  if (name === undefined)
    throw missing('the name of the plugin', 'npm create @eloquence/plugin mulaw -- --kind codec');
  if (others.length > 0) {
    throw new EloquenceError('OPTION_INVALID', `There is one name too many: '${others.join(' ')}'.`, {
      value: others,
      hint: 'Options such as --kind go behind a "--": npm create @eloquence/plugin mulaw -- --kind codec',
    });
  }
  if (kind === undefined)
    throw missing('--kind', `--kind ${pluginKinds.map((known) => known.kind).join('|')}`);
  const plugin = renderPlugin({ name, kind, year: context.year, id, author });
  if (dryRun) {
    context.print(`${[...plugin.files.keys()].join('\n')}\n`);
    return;
  }
  const root = await writePlugin(path.resolve(context.directory, directory ?? plugin.folder), plugin.files);
  context.print(farewell(plugin, path.relative(context.directory, root) || '.'));
}

function missing(what: string, example: string): EloquenceError {
  return new EloquenceError('OPTION_INVALID', `Missing: ${what}.`, { hint: `For example: ${example}` });
}

function farewell({ packageName, files }: RenderedPlugin, folder: string): string {
  const code = [...files.keys()].find((name) => /^src\/(?!plugin|contract)/.test(name));
  return `${packageName} is in ${folder}: ${files.size} files. Next:

  cd ${folder}
  npm install
  npm test          # the contract kit passes
  npm run lint

Then make it yours: ${code ?? 'src'} is the code, package.json the manifest.
`;
}
