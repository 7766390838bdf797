import { createSystemClock } from '@eloquence/plugin-api';
import { loadConfig } from '@eloquence/streamer';
import type { Command } from '../command/command.js';
import { ExitCode } from '../command/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import { doctorPlugins, renderFindings } from './doctor-plugins.js';
import { listPlugins, renderPluginList } from './list-plugins.js';
import { parsePluginsArguments, pluginsHelp } from './plugins-options.js';
import { findPlugin, renderWhy } from './why-plugin.js';

/** `eloquence plugins`. */
export const pluginsCommand: Command = {
  name: 'plugins',
  summary: 'Show the plugins of an application and what is wrong with them',
  help: pluginsHelp,
  async run({ args, terminal, signal }) {
    const { action, pluginId, directory, configFile, json, run } = parsePluginsArguments(args, process.cwd());
    const config = await loadConfig({ directory, ...(configFile === undefined ? {} : { file: configFile }) });
    const clock = createSystemClock();
    if (action === 'doctor') {
      const findings = await doctorPlugins(config, { run, clock });
      write(terminal, json, findings, () => renderFindings(findings, terminal.style));
      return findings.some(({ severity }) => severity === 'error') ? ExitCode.failed : ExitCode.ok;
    }
    if (action === 'why') {
      // A name that does not exist should not take a second to be refused.
      findPlugin(await listPlugins(config, { run: false, clock, signal }), pluginId ?? '');
      const plugin = findPlugin(await listPlugins(config, { run, clock, signal }), pluginId ?? '');
      write(terminal, json, plugin, () => renderWhy(plugin, run, terminal.style));
      return ExitCode.ok;
    }
    const list = await listPlugins(config, { run, clock, signal });
    write(terminal, json, list, () => renderPluginList(list, terminal.style));
    for (const problem of config.problems)
      terminal.err(`${terminal.errStyle.bad('problem:')} ${problem.message}\n`);
    return ExitCode.ok;
  },
};

function write(terminal: Terminal, json: boolean, data: unknown, render: () => string): void {
  terminal.out(json ? `${JSON.stringify(data, null, 2)}\n` : render());
}
