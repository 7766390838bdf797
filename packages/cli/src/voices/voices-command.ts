import { createSystemClock } from '@eloquence/plugin-api';
import type { Command } from '../command/command.js';
import { ExitCode } from '../command/exit-code.js';
import { describeOptions, type OptionDefinitions, parseOptions } from '../command/parse-options.js';
import { createDefaultHost, createRunVoice } from '@eloquence/testbed';
import { renderTable } from '../terminal/table.js';

const definitions = {
  json: { type: 'boolean', description: 'Print one JSON object on standard output' },
  help: { type: 'boolean', short: 'h', description: 'Show this help' },
} as const satisfies OptionDefinitions;

/** `eloquence voices`. */
export const voicesCommand: Command = {
  name: 'voices',
  summary: 'List the voices',
  help: `Usage: eloquence voices [text] [options]

Lists the voices whose id, language or name contains the text; all of them without.

Options:
${describeOptions(definitions)}
`,
  async run({ args, terminal }) {
    const options = parseOptions(args, definitions);
    const wanted = options.positionals.join(' ').toLowerCase();
    const host = createDefaultHost(createSystemClock());
    const voice = await createRunVoice(host, undefined, createSystemClock());
    try {
      const voices = (await voice.list()).filter(({ id, name, language }) =>
        [id, name, language].some((text) => text.toLowerCase().includes(wanted)),
      );
      if (options.has('json')) {
        terminal.out(`${JSON.stringify({ voices }, null, 2)}\n`);
        return ExitCode.ok;
      }
      const columns = ['voice', 'language', 'name'].map((title) => ({ title, align: 'left' }) as const);
      const rows = voices.map(({ id, language, name }) => [id, language, name]);
      terminal.out(`${renderTable(columns, rows).join('\n')}\n`);
      return ExitCode.ok;
    } finally {
      voice.dispose();
      await host.dispose();
    }
  },
};
