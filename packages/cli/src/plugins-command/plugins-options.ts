import { EloquenceError } from '@eloquence/plugin-api';
import { didYouMean } from '../command/nearest-name.js';
import { describeOptions, parseOptions } from '../command/parse-options.js';

export const pluginsActions = ['list', 'doctor', 'why'] as const;
export type PluginsAction = (typeof pluginsActions)[number];

export interface PluginsOptions {
  readonly action: PluginsAction;
  /** The plugin that is asked about. */
  readonly pluginId?: string;
  readonly directory: string;
  readonly configFile?: string;
  readonly json: boolean;
  /** Run the plugins, rather than look at their manifests only. */
  readonly run: boolean;
}

const definitions = {
  directory: {
    type: 'string',
    placeholder: 'folder',
    description: "The application's folder, the one with its package.json (default: here)",
  },
  config: {
    type: 'string',
    placeholder: 'file',
    description: 'Configuration file, relative to the folder (default: eloquence.config.{ts,mjs,json})',
  },
  run: {
    type: 'boolean',
    description: 'list: speak half a second into a room in this process first, and show what that loads',
  },
  static: { type: 'boolean', description: 'doctor, why: look at manifests only, run no plugin' },
  json: { type: 'boolean', description: 'The result as JSON' },
} as const;

export const pluginsHelp = `Shows the plugins of an application, and what is wrong with them.

Usage: eloquence plugins [list|doctor|why <plugin>] [options]

  list           every plugin: state, version, where it comes from, what it contributes (default)
  doctor         runs each plugin by itself and names all that is wrong: manifests with file and line,
                 versions, needs, second copies of the contracts, faults, what is left behind
  why <plugin>   how a plugin got here, and what loads it when something is said

Options:
${describeOptions(definitions)}

Exit codes: 0 all well, 1 the doctor found errors, or the configuration is wrong, 2 the command was called wrongly.
`;

/** @throws EloquenceError `OPTION_INVALID` */
export function parsePluginsArguments(args: readonly string[], cwd: string): PluginsOptions {
  const options = parseOptions(args, definitions);
  const [name = 'list', ...rest] = options.positionals;
  const action = pluginsActions.find((known) => known === name);
  if (action === undefined) {
    throw new EloquenceError('OPTION_INVALID', `There is no 'eloquence plugins ${name}'.`, {
      value: name,
      hint: didYouMean(name, pluginsActions),
    });
  }
  const expected = action === 'why' ? 1 : 0;
  if (rest.length !== expected) {
    const usage = expected === 1 ? 'why <plugin>' : action;
    throw new EloquenceError(
      'OPTION_INVALID',
      `'eloquence plugins ${action}' takes ${expected === 1 ? 'the name of a plugin' : 'nothing more'}.`,
      {
        value: rest,
        hint: `Write: eloquence plugins ${usage}`,
      },
    );
  }
  const [pluginId] = rest;
  const configFile = options.get('config');
  return {
    action,
    ...(pluginId === undefined ? {} : { pluginId }),
    directory: options.get('directory') ?? cwd,
    ...(configFile === undefined ? {} : { configFile }),
    json: options.has('json'),
    run: action === 'list' ? options.has('run') : !options.has('static'),
  };
}
