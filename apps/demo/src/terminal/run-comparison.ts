import { createProgress, ExitCode, type Style, type Terminal, toJson } from '@eloquence/cli';
import type { AccessLink } from '@eloquence/netlab';
import { runSpeak, sampleSpeech, type SpeakReport } from '@eloquence/testbed';
import type { Clock } from '@eloquence/plugin-api';
import { describeReality, explanations, renderComparison } from './comparison.js';

/** Runs of each way of speaking: one alone says as much of what else the machine does. */
const runs = 3;

export interface ComparisonOptions {
  readonly links: readonly AccessLink[];
  readonly isJson: boolean;
}

export interface DemoContext {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** For tests. */
  readonly speak?: typeof runSpeak;
}

/** The comparison on the terminal: both ways take turns, Eloquence first, and medians are shown. @throws EloquenceError what ends the run */
export async function runComparison(options: ComparisonOptions, context: DemoContext): Promise<ExitCode> {
  const { terminal, signal, clock, speak = runSpeak } = context;
  const reports: SpeakReport[] = [];
  if (!options.isJson) terminal.out(heading(terminal.style));
  for (const link of options.links) {
    const report = await speak(
      {
        text: sampleSpeech.text,
        lanes: ['data', 'legacy'],
        link,
        pace: { kind: 'instant' },
        count: runs,
        isSeries: true,
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
    terminal.out(`${JSON.stringify({ text: sampleSpeech.text, runs: reports.map(toJson) }, null, 2)}\n`);
  else if (first !== undefined) terminal.out(ending(describeReality(first, terminal.style), terminal.style));
  const isComplete = reports.every(({ arms }) => arms.every(({ error }) => error === null));
  return isComplete ? ExitCode.ok : ExitCode.failed;
}

function heading(style: Style): string {
  return `${style.bold('Eloquence')}: speech into a LiveKit room, ahead of playout\n\n  “${sampleSpeech.text}”\n\n  ${style.dim(`Each way ${runs} times, in turns. Figures are of one run (the median), unless they say otherwise.`)}\n\n`;
}

function ending(reality: string, style: Style): string {
  return [
    ...explanations.map((line) => style.dim(line)),
    '',
    reality,
    '',
    style.bold('Try next'),
    `  npm start -- --page --open                             ${style.dim('hear it in the browser, side by side')}`,
    `  npm run speak -- "Hello out there." --link E           ${style.dim('your own text, on lossy Wi-Fi')}`,
    `  npm run speak -- "Bonjour." --voice fr --out heard.wav ${style.dim('in French, and keep what was heard')}`,
    `  npm run speak -- --help                                ${style.dim('everything else')}`,
    '',
  ].join('\n');
}
