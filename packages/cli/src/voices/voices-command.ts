import { createSystemClock } from '@eloquence/plugin-api';
import { type ApplicationFlags, addApplicationOptions, loadApplication } from '../command/application.js';
import { type DefineProgram, nonEmpty } from '../command/run-program.js';
import { left, renderTable } from '../terminal/table.js';

interface VoicesFlags extends ApplicationFlags {
  readonly engine?: string;
  readonly json?: true;
}

/** `eloquence voices`. */
export const defineVoices: DefineProgram = (program, { terminal }) => {
  const command = program
    .command('voices')
    .summary('List the voices')
    .description('Lists the voices whose id, language or name contains the text; all of them without.')
    .usage('[text] [options]')
    .argument('[text...]')
    .option('--engine <engine>', 'Id of the TTS engine (default: the one configured, or espeak)', nonEmpty);
  addApplicationOptions(command)
    .option('--json', 'Print one JSON object on standard output')
    .action(async (words: string[], flags: VoicesFlags) => {
      const wanted = words.join(' ').toLowerCase();
      const clock = createSystemClock();
      const [config, { createDefaultHost, createRunVoice }] = await Promise.all([
        loadApplication(flags),
        import('@eloquence/testbed'),
      ]);
      const host = createDefaultHost(clock, config);
      const voice = createRunVoice(host, { ttsEngine: flags.engine ?? config.options.ttsEngine }, clock);
      try {
        const voices = (await voice.list()).filter(({ id, name, language }) =>
          [id, name, language].some((text) => text.toLowerCase().includes(wanted)),
        );
        const rows = voices.map(({ id, language, name }) => [id, language, name]);
        terminal.out(
          flags.json
            ? `${JSON.stringify({ voices }, null, 2)}\n`
            : `${renderTable(left('voice', 'language', 'name'), rows).join('\n')}\n`,
        );
      } finally {
        voice.dispose();
        await host.dispose();
      }
    });
};
