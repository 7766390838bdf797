import { createSystemClock } from '@eloquence/plugin-api';
import type { DefineProgram } from '../command/run-program.js';
import { renderTable } from '../terminal/table.js';

/** `eloquence voices`. */
export const defineVoices: DefineProgram = (program, { terminal }) => {
  program
    .command('voices')
    .summary('List the voices')
    .description('Lists the voices whose id, language or name contains the text; all of them without.')
    .usage('[text] [options]')
    .argument('[text...]')
    .option('--json', 'Print one JSON object on standard output')
    .action(async (words: string[], { json }: { json?: true }) => {
      const wanted = words.join(' ').toLowerCase();
      const clock = createSystemClock();
      const { createDefaultHost, createRunVoice } = await import('@eloquence/testbed');
      const host = createDefaultHost(clock);
      const voice = await createRunVoice(host, undefined, clock);
      try {
        const voices = (await voice.list()).filter(({ id, name, language }) =>
          [id, name, language].some((text) => text.toLowerCase().includes(wanted)),
        );
        const columns = ['voice', 'language', 'name'].map((title) => ({ title, align: 'left' }) as const);
        const rows = voices.map(({ id, language, name }) => [id, language, name]);
        terminal.out(
          json ? `${JSON.stringify({ voices }, null, 2)}\n` : `${renderTable(columns, rows).join('\n')}\n`,
        );
      } finally {
        voice.dispose();
        await host.dispose();
      }
    });
};
