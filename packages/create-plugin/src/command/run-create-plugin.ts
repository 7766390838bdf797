import path from 'node:path';
import { parseArgs } from 'node:util';
import { EloquenceError, isEloquenceError } from '@eloquence/plugin-api';
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

const optionTypes = {
  kind: { type: 'string' },
  id: { type: 'string' },
  directory: { type: 'string' },
  author: { type: 'string' },
  'dry-run': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const help = `Writes a plugin for Eloquence: manifest, code, contract test, README. It builds, lints and passes its test at once.

  npm create @eloquence/plugin <name> -- --kind <kind> [options]

  <name>             name of the package: mulaw, or @acme/eloquence-mulaw
  --kind <kind>      what it contributes:
${pluginKinds.map(({ kind, summary }) => `                       ${kind.padEnd(12)} ${summary}`).join('\n')}
  --id <id>          id of the contribution; the name without scope and "eloquence-" if absent
  --directory <dir>  where to write to; the name without scope if absent
  --author <name>    who holds the copyright
  --dry-run          lists the files, writes nothing
  --help             this text

Exit codes: 0 written, 1 could not be written, 2 wrong option.
`;

/** Runs the command. @returns the exit code */
export async function runCreatePlugin(
  args: readonly string[],
  context: CreatePluginContext,
): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    if (values.help) {
      context.print(help);
      return 0;
    }
    const { plugin, directory } = plan(values, positionals, context);
    if (values['dry-run']) {
      context.print(`${[...plugin.files.keys()].join('\n')}\n`);
      return 0;
    }
    const root = await writePlugin(directory, plugin.files);
    context.print(farewell(plugin, path.relative(context.directory, root) || '.'));
    return 0;
  } catch (error) {
    if (!isEloquenceError(error)) throw error;
    context.printError(`${error.message}\n${error.hint === undefined ? '' : `${error.hint}\n`}`);
    return error.code === 'OPTION_INVALID' ? 2 : 1;
  }
}

type Options = ReturnType<typeof parse>['values'];

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: optionTypes, allowPositionals: true });
  } catch (error) {
    // Node's message names the option; its advice about "--" is beside the point here.
    const [message] = (error as Error).message.split('. ');
    throw new EloquenceError('OPTION_INVALID', `${message}.`, { hint: 'See --help.', cause: error });
  }
}

function plan(
  values: Options,
  positionals: readonly string[],
  context: CreatePluginContext,
): { readonly plugin: RenderedPlugin; readonly directory: string } {
  const [name, ...others] = positionals;
  if (name === undefined)
    throw missing('the name of the plugin', 'npm create @eloquence/plugin mulaw -- --kind codec');
  if (others.length > 0) {
    throw new EloquenceError('OPTION_INVALID', `There is one name too many: '${others.join(' ')}'.`, {
      value: others,
      hint: 'Options such as --kind go behind a "--": npm create @eloquence/plugin mulaw -- --kind codec',
    });
  }
  if (values.kind === undefined)
    throw missing('--kind', `--kind ${pluginKinds.map(({ kind }) => kind).join('|')}`);
  const plugin = renderPlugin({
    name,
    kind: values.kind,
    year: context.year,
    ...(values.id === undefined ? {} : { id: values.id }),
    ...(values.author === undefined ? {} : { author: values.author }),
  });
  return { plugin, directory: path.resolve(context.directory, values.directory ?? plugin.folder) };
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
