import {
  createProgress,
  createSystemClock,
  ExitCode,
  runProgram,
  runSpeak,
  type SpeakReport,
  type Style,
  toJson,
} from '@eloquence/cli';
import { describeReality, renderComparison } from './comparison.js';
import { demoHelp, parseDemoOptions } from './demo-options.js';
import { SAMPLE_TEXT } from './sample-text.js';

/** The demonstration on the terminal. Never throws. */
export async function runDemo(args: readonly string[]): Promise<ExitCode> {
  return await runProgram(args, async ({ terminal, signal }) => {
    const options = parseDemoOptions(args);
    if (options.isHelp) {
      terminal.out(demoHelp);
      return ExitCode.ok;
    }
    const clock = createSystemClock();
    const reports: SpeakReport[] = [];
    if (!options.isJson) terminal.out(heading(terminal.style));
    for (const link of options.links) {
      const report = await runSpeak(
        {
          text: SAMPLE_TEXT,
          lanes: ['data', 'legacy'],
          link,
          pace: { kind: 'instant' },
          count: 1,
          isSeries: false,
          seed: 1,
          hasListener: true,
          isSimulated: false,
          isCold: false,
        },
        { signal, clock, progress: createProgress(terminal, clock) },
      );
      reports.push(report);
      if (!options.isJson) terminal.out(`\n${renderComparison(report, terminal.style)}\n\n`);
    }
    const [first] = reports;
    if (options.isJson)
      terminal.out(`${JSON.stringify({ text: SAMPLE_TEXT, runs: reports.map(toJson) }, null, 2)}\n`);
    else if (first !== undefined)
      terminal.out(ending(describeReality(first, terminal.style), terminal.style));
    const isComplete = reports.every(({ arms }) => arms.every(({ error }) => error === null));
    return isComplete ? ExitCode.ok : ExitCode.failed;
  });
}

function heading(style: Style): string {
  return `${style.bold('Eloquence')}: speech into a LiveKit room, ahead of playout\n\n  “${SAMPLE_TEXT}”\n\n`;
}

function ending(reality: string, style: Style): string {
  return [
    reality,
    '',
    style.bold('Try next'),
    `  npm run speak -- "Hello out there." --link E           ${style.dim('your own text, on lossy Wi-Fi')}`,
    `  npm run speak -- "Bonjour." --voice fr --out heard.wav ${style.dim('in French, and keep what was heard')}`,
    `  npm run speak -- --help                                ${style.dim('everything else')}`,
    '',
  ].join('\n');
}
