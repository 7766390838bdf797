import { createSystemClock } from '@eloquence/plugin-api';
import type { Command } from '../command/command.js';
import { ExitCode, exitCodeOf } from '../command/exit-code.js';
import { printError } from '../terminal/print-error.js';
import { createProgress } from '../terminal/progress.js';
import { runSpeak, type SpeakOptions, toUsableError } from '@eloquence/testbed';
import { readTextFile } from './read-text.js';
import { renderReport } from './render-report.js';
import { parseSpeakArguments, speakHelp } from './speak-options.js';
import { toJson } from './speak-report.js';

/** `eloquence speak`. */
export const speakCommand: Command = {
  name: 'speak',
  summary: 'Speak a text into a room and measure it',
  help: speakHelp,
  async run({ args, terminal, env, signal }) {
    const { textFile, text, ...rest } = parseSpeakArguments(args);
    const options: SpeakOptions = {
      ...rest,
      text: textFile === undefined ? (text ?? '') : await readTextFile(textFile),
    };
    const json = args.includes('--json');
    const clock = createSystemClock();
    const report = await runSpeak(options, { env, clock, signal, progress: createProgress(terminal, clock) });
    if (json) terminal.out(`${JSON.stringify(toJson(report), null, 2)}\n`);
    else terminal.out(renderReport(report, terminal.style));
    const failure = report.arms.find(({ error }) => error !== null)?.error;
    if (failure === undefined || failure === null) return ExitCode.ok;
    const error = toUsableError(failure);
    printError(terminal, error, { json: false });
    return exitCodeOf(error.code);
  },
};
