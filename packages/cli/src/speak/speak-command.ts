import { didYouMean, parseNumber } from '@eloquence/base';
import { type AccessLink, parseLink } from '@eloquence/netlab';
import { createSystemClock, EloquenceError } from '@eloquence/plugin-api';
import { type Command, Option } from 'commander';
import { type ApplicationFlags, addApplicationOptions, loadApplication } from '../command/application.js';
import { type DefineProgram, exitCodeOf, nonEmpty } from '../command/run-program.js';
import { printError } from '../terminal/terminal.js';
import { createProgress } from '../terminal/progress.js';
import type { LaneChoice, Pace, SpeakOptions } from '@eloquence/testbed';

/** `eloquence speak`. */
export const defineSpeak: DefineProgram = (program, context) => {
  const { terminal, env, signal } = context;
  const command = addSpeakOptions(program.command('speak'));
  command.action(async () => {
    const { textFile, text = '', lanes, ...rest } = readSpeakOptions(command);
    const { json, lane, ...flags } = command.opts<SpeakFlags>();
    const config = await loadApplication(flags);
    const [{ runSpeak }, { toUsableError }, { readTextFile }, { renderReport }, { toJson }] =
      await Promise.all([
        import('@eloquence/testbed'),
        import('@eloquence/base/node'),
        import('./read-text.js'),
        import('./render-report.js'),
        import('./speak-report.js'),
      ]);
    const options = {
      ...rest,
      lanes: lane.length === 0 && config.options.lane !== undefined ? [config.options.lane] : lanes,
      text: textFile === undefined ? text : await readTextFile(textFile),
    };
    const clock = createSystemClock();
    const report = await runSpeak(options, {
      ...{ env, clock, signal, config },
      progress: createProgress(terminal, clock),
    });
    terminal.out(
      json ? `${JSON.stringify(toJson(report), null, 2)}\n` : renderReport(report, terminal.style),
    );
    const failure = report.arms.find(({ error }) => error !== null)?.error;
    if (failure === undefined || failure === null) return;
    const error = toUsableError(failure);
    printError(terminal, error, { json: false });
    context.exitCode = exitCodeOf(error.code);
  });
};

/** What commander makes of the options. */
interface SpeakFlags extends ApplicationFlags {
  readonly voice?: string;
  readonly engine?: string;
  readonly profile?: string;
  readonly lane: readonly LaneChoice[];
  readonly link: AccessLink;
  readonly ttsSpeed?: number;
  readonly instant?: true;
  readonly out?: string;
  readonly spoken?: string;
  readonly textFile?: string;
  readonly count?: number;
  readonly seed: number;
  readonly room?: string;
  readonly listener: boolean;
  readonly simulate?: true;
  readonly cold?: true;
  readonly json?: true;
}

const helpText = `
Environment:
  LIVEKIT_URL, LIVEKIT_API_KEY, LIVEKIT_API_SECRET
                         Server to use; a local one is started if LIVEKIT_URL is
                         not set
  LIVEKIT_TOKEN          Access token of the speaker, instead of one made from
                         the key
  LIVEKIT_UDP_PORT, LIVEKIT_TCP_PORT
                         Media ports of that server, needed to put a link in
                         front of it
  NO_COLOR               No colours

Exit code: 0 the text was heard, 1 the run failed, 2 the command was called
wrongly.

Examples:
  eloquence speak "Hello out there." --link B
  eloquence speak "Bonjour tout le monde." --voice fr --out heard.wav
  eloquence speak "Hello there." --link S --lane data,legacy --count 5 --json

eloquence.config.json and its like are read: plugins, their settings, and what
the streamer uses by default. Options given here win.`;

export function addSpeakOptions(command: Command): Command {
  command
    .summary('Speak a text into a room to a listener behind an emulated link, and measure it')
    .description(
      'Speaks a text into a room on a LiveKit server, to a listener in another process behind an emulated access link, and prints what was measured there.',
    )
    .usage('"text" [options]')
    .argument('[text...]')
    .option('--voice <voice>', 'Voice id or language tag, for example fr or en-GB', nonEmpty)
    .option('--engine <engine>', 'Id of the TTS engine, for example espeak', nonEmpty)
    .option('--profile <profile>', 'Delivery profile: auto, or one such as BALANCED_OPTIMAL', nonEmpty)
    .addOption(
      new Option(
        '--lane <lane>',
        'auto, data, media, or legacy: the 10 ms captureFrame loop. Several, as data,legacy, are interleaved in one run',
      )
        .argParser((names, before: readonly LaneChoice[]) => [...before, ...names.split(',').map(parseLane)])
        .default([], 'auto'),
    )
    .addOption(
      new Option(
        '--link <link>',
        'Access link of the listener: none, A, B, C, D, E, F, S, or JSON with rttMs, jitterMs, lossPercent, burstMs, rateKbps, queueMs',
      )
        .argParser(parseLink)
        .default(parseLink('none'), 'none'),
    )
    .option('--tts-speed <n>', "Reveal the voice's audio at n times real time (0.1–100)", (text) =>
      parseNumber('--tts-speed', text, { min: 0.1, max: 100 }),
    )
    .addOption(new Option('--instant', "Reveal the voice's audio all at once").conflicts('ttsSpeed'))
    .addOption(
      new Option('--out <heard.wav>', 'Write what the listener heard to this WAV file')
        .argParser(nonEmpty)
        .conflicts('listener'),
    )
    .option('--spoken <spoken.wav>', 'Write what the voice spoke to this WAV file, to compare', nonEmpty)
    .option('--text-file <file>', 'Read the text from this file; - is standard input')
    .option('--count <n>', 'Speak n utterances in one session (1–1000); adds values, p50 and p95', (text) =>
      parseNumber('--count', text, { min: 1, max: 1000, isInteger: true }),
    )
    .option(
      '--seed <n>',
      'Seed of everything random (0–4294967295)',
      (text) => parseNumber('--seed', text, { min: 0, max: 4294967295, isInteger: true }),
      1,
    )
    .option('--room <name>', 'Name of the room; random if left out', nonEmpty)
    .option('--no-listener', 'Start no listener: speak to whoever is in the room')
    .option('--simulate', 'Use no server, but an emulated room in this process; said on every output')
    .option('--cold', 'Measure cold: without the few unmeasured words that are spoken first')
    .option('--json', 'Print one JSON object on standard output')
    .addHelpText('after', helpText);
  return addApplicationOptions(command);
}

/** What the arguments say, before the text of a file is read. */
export interface SpeakArguments extends Omit<SpeakOptions, 'text'> {
  readonly text: string | undefined;
  readonly textFile: string | undefined;
}

/**
 * What a parsed command says.
 *
 * @throws EloquenceError `OPTION_INVALID`, `TEXT_EMPTY` if no text is given at all.
 */
export function readSpeakOptions(command: Command): SpeakArguments {
  const flags = command.opts<SpeakFlags>();
  const { voice, engine, profile, link, seed, out, spoken, room, lane, textFile, count } = flags;
  const text = command.args.length === 0 ? undefined : command.args.join(' ');
  if (textFile !== undefined && text !== undefined) {
    throw new EloquenceError('OPTION_INVALID', 'A text and --text-file exclude each other.', {
      value: text,
      hint: 'Leave out one of them.',
    });
  }
  if (textFile === undefined && text === undefined) {
    throw new EloquenceError('TEXT_EMPTY', 'There is no text to speak.', {
      hint: 'Write it in quotes: eloquence speak "Hello", or name a file with --text-file.',
    });
  }
  return {
    ...{ text, textFile, voice, ttsEngine: engine, profile, link, seed, out, spoken, room },
    lanes: lane.length === 0 ? ['auto'] : [...new Set(lane)],
    pace: paceOf(flags),
    count: count ?? 1,
    isSeries: count !== undefined,
    hasListener: flags.listener,
    isSimulated: flags.simulate === true,
    isCold: flags.cold === true,
  };
}

function paceOf({ instant, ttsSpeed }: SpeakFlags): Pace {
  if (instant) return { kind: 'instant' };
  return ttsSpeed === undefined ? { kind: 'live' } : { kind: 'speed', speed: ttsSpeed };
}

const laneChoices: readonly LaneChoice[] = ['auto', 'data', 'media', 'legacy'];

/** @throws EloquenceError `LANE_UNKNOWN`, naming the nearest lane. */
function parseLane(text: string): LaneChoice {
  const lane = laneChoices.find((choice) => choice === text.trim());
  if (lane !== undefined) return lane;
  throw new EloquenceError('LANE_UNKNOWN', `There is no lane '${text.trim()}'.`, {
    value: text,
    hint: didYouMean(text.trim(), laneChoices),
  });
}
