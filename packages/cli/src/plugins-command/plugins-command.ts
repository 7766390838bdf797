import { didYouMean } from '@eloquence/base';
import { createSystemClock, EloquenceError } from '@eloquence/plugin-api';
import { type ApplicationFlags, addApplicationOptions, loadApplication } from '../command/application.js';
import { type DefineProgram, ExitCode } from '../command/run-program.js';

interface PluginsFlags extends ApplicationFlags {
  readonly run?: true;
  readonly static?: true;
  readonly json?: true;
}

const helpText = `
Actions:
  list                  every plugin: state, version, where it comes from, what
                        it contributes (default)
  doctor                runs each plugin by itself and names all that is wrong:
                        manifests with file and line, versions, needs, second
                        copies of the contracts, faults, what is left behind
  why <plugin>          how a plugin got here, and what loads it when something
                        is said

Exit codes: 0 all well, 1 the doctor found errors, or the configuration is
wrong, 2 the command was called wrongly.`;

/** `eloquence plugins`. */
export const definePlugins: DefineProgram = (program, context) => {
  const { terminal, signal } = context;
  const command = program
    .command('plugins')
    .summary('Show the plugins of an application and what is wrong with them')
    .description('Shows the plugins of an application, and what is wrong with them.')
    .usage('[list|doctor|why <plugin>] [options]')
    .argument('[action]')
    .argument('[plugin...]');
  addApplicationOptions(command)
    .option('--run', 'list: speak half a second into a room in this process first, and show what that loads')
    .option('--static', 'doctor, why: look at manifests only, run no plugin')
    .option('--json', 'The result as JSON')
    .addHelpText('after', helpText)
    .action(async (name: string | undefined, pluginIds: string[], flags: PluginsFlags) => {
      const action = checkAction(name ?? 'list', pluginIds);
      const [pluginId = ''] = pluginIds;
      const run = action === 'list' ? flags.run === true : flags.static !== true;
      const write = (data: unknown, render: () => string): void =>
        terminal.out(flags.json ? `${JSON.stringify(data, null, 2)}\n` : render());
      const [config, { listPlugins, renderPluginList }] = await Promise.all([
        loadApplication(flags),
        import('./list-plugins.js'),
      ]);
      const clock = createSystemClock();
      if (action === 'doctor') {
        const { doctorPlugins, renderFindings } = await import('./doctor-plugins.js');
        const findings = await doctorPlugins(config, { run, clock });
        write(findings, () => renderFindings(findings, terminal.style));
        if (findings.some(({ severity }) => severity === 'error')) context.exitCode = ExitCode.failed;
        return;
      }
      if (action === 'why') {
        const { findPlugin, renderWhy } = await import('./why-plugin.js');
        // A name that does not exist should not take a second to be refused.
        findPlugin(await listPlugins(config, { run: false, clock, signal }), pluginId);
        const plugin = findPlugin(await listPlugins(config, { run, clock, signal }), pluginId);
        write(plugin, () => renderWhy(plugin, run, terminal.style));
        return;
      }
      const list = await listPlugins(config, { run, clock, signal });
      write(list, () => renderPluginList(list, terminal.style));
      for (const problem of config.problems)
        terminal.err(`${terminal.errStyle.bad('problem:')} ${problem.message}\n`);
    });
};

const usages = { list: 'list', doctor: 'doctor', why: 'why <plugin>' } as const;

/** @throws EloquenceError `OPTION_INVALID` */
function checkAction(name: string, pluginIds: readonly string[]): keyof typeof usages {
  const action = (['list', 'doctor', 'why'] as const).find((known) => known === name);
  if (action === undefined) {
    throw new EloquenceError('OPTION_INVALID', `There is no 'eloquence plugins ${name}'.`, {
      value: name,
      hint: didYouMean(name, Object.keys(usages)),
    });
  }
  if (pluginIds.length === (action === 'why' ? 1 : 0)) return action;
  const takes = action === 'why' ? 'the name of one plugin' : 'nothing more';
  throw new EloquenceError('OPTION_INVALID', `'eloquence plugins ${action}' takes ${takes}.`, {
    value: pluginIds,
    hint: `Write: eloquence plugins ${usages[action]}`,
  });
}
