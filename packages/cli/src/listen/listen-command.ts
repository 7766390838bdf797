import { parse, resolve } from 'node:path';
import { AsyncDisposableStack, parseNumber } from '@eloquence/base';
import { EloquenceError, type WordTiming } from '@eloquence/plugin-api';
import { type ApplicationFlags, addApplicationOptions, loadApplication } from '../command/application.js';
import { type CommandContext, type DefineProgram, nonEmpty } from '../command/run-program.js';
import { requireKey } from '../token/token-command.js';

interface ListenFlags extends ApplicationFlags {
  readonly room?: string;
  readonly identity: string;
  readonly out?: string;
  readonly count?: number;
  readonly json?: true;
}

const helpText = `
Environment:
  LIVEKIT_URL            Server; eloquence server runs a local one
  LIVEKIT_API_KEY, LIVEKIT_API_SECRET
                         Its key
  LIVEKIT_TOKEN          Access token, instead of one made from the key

Example:
  eloquence listen --room demo --out heard.wav`;

/** `eloquence listen`. */
export const defineListen: DefineProgram = (program, context) => {
  const command = program
    .command('listen')
    .summary('Listen to a room, and say what is heard')
    .description(
      'Joins a room as a listener until it is interrupted. Says of each utterance on the data lane what was spoken, how long it was and what was lost; --out keeps the sound.',
    )
    .usage('--room <name> [options]')
    .option('--room <name>', 'Name of the room; the one of LIVEKIT_TOKEN if left out', nonEmpty)
    .option('--identity <name>', 'Name to listen under', nonEmpty, 'listener')
    .option(
      '--out <heard.wav>',
      'Write what is heard to this WAV file; a second stream goes to heard-2.wav',
      nonEmpty,
    )
    .option('--count <n>', 'End after n utterances (1–1000000)', (text) =>
      parseNumber('--count', text, { min: 1, max: 1_000_000, isInteger: true }),
    );
  addApplicationOptions(command)
    .option('--json', 'Print one JSON object a line on standard output')
    .addHelpText('after', helpText)
    .action((flags: ListenFlags) => listen(flags, context));
};

/** Utterances whose words are kept until they have been heard, and words of one of them. */
const maxUtterances = 64;
const maxWords = 20_000;
/** What a terminal would take for a command: anybody in the room may send it. */
const unprintable = /[\p{Cc}\p{Cf}]/gu;

/** What was heard of an utterance. */
interface HeardLine {
  readonly sender: string;
  readonly text: string;
  readonly outcome: string;
  readonly framesPlayed: number;
  readonly framesLost: number;
  readonly stalls: number;
}

async function listen(flags: ListenFlags, { terminal, env, signal }: CommandContext): Promise<void> {
  const { url, token } = await wayIn(flags, env);
  const { options } = await loadApplication(flags);
  const [{ connectRoom }, { attachListener }, { createWavSink }] = await Promise.all([
    import('@eloquence/livekit-adapter'),
    import('@eloquence/streamer'),
    import('@eloquence/playout/node'),
  ]);
  const resources = new AsyncDisposableStack();
  try {
    const room = await connectRoom({ url, token, signal });
    resources.defer(() => room.disconnect());
    let streams = 0;
    const listener = await attachListener(room, {
      plugins: options.plugins ?? [],
      words: true,
      createSink: () =>
        flags.out === undefined ? { write: () => undefined } : createWavSink(numbered(flags.out, ++streams)),
    });
    resources.defer(() => listener.dispose());
    terminal.err(`listening in ${room.name ?? flags.room} on ${url}\n`);
    const { speech, channel } = listener;
    const words = new Map<string, WordTiming[]>();
    let heard = 0;
    await new Promise<void>((done, fail) => {
      signal.addEventListener('abort', () => done(), { once: true });
      if (signal.aborted) done();
      if (channel.state === 'closed') fail(ended(url));
      speech.onDidReceiveWords((event) => {
        const key = keyOf(event);
        const known = words.get(key) ?? [];
        // Words of an utterance that never comes must not fill the memory.
        if (!words.has(key) && words.size >= maxUtterances) words.delete(words.keys().next().value!);
        words.set(key, known);
        known.push(...event.words.slice(0, maxWords - known.length));
      });
      speech.onDidFinishUtterance((event) => {
        const text = (words.get(keyOf(event)) ?? []).map((word) => word.text).join(' ');
        words.delete(keyOf(event));
        const { sender, outcome, framesPlayed, framesLost, stalls } = event;
        const line = { sender, text, outcome, framesPlayed, framesLost, stalls };
        terminal.out(flags.json ? `${JSON.stringify(line)}\n` : describe(line));
        if (++heard === flags.count) done();
      });
      channel.onDidChangeState((state) => {
        if (state === 'closed') fail(ended(url));
      });
    });
  } finally {
    await resources.disposeAsync();
  }
}

function ended(url: string): EloquenceError {
  return new EloquenceError('CONNECTION_LOST', `The connection to ${url} has ended.`);
}

function keyOf({
  sender,
  channel,
  utteranceSequence,
}: {
  sender: string;
  channel: number;
  utteranceSequence: number;
}): string {
  return `${channel}/${utteranceSequence}/${sender}`;
}

function describe({ sender, text, outcome, framesPlayed, framesLost, stalls }: HeardLine): string {
  const trouble = [framesLost > 0 ? `${framesLost} frames lost` : '', stalls > 0 ? `${stalls} stalls` : ''];
  const notes = [outcome, `${framesPlayed} frames`, ...trouble.filter((note) => note !== '')];
  const line = `${sender}: ${text === '' ? '(no words)' : text} (${notes.join(', ')})`;
  return `${line.replaceAll(unprintable, '')}\n`;
}

/** `heard.wav` for the first stream, `heard-2.wav` for the second: streams differ in their sample rate. */
function numbered(file: string, count: number): string {
  const { dir, name, ext } = parse(file);
  return resolve(dir, count === 1 ? `${name}${ext}` : `${name}-${count}${ext}`);
}

/** @throws EloquenceError `CONFIGURATION_INVALID`, `OPTION_INVALID`, `CONNECT_UNAUTHORIZED` */
async function wayIn(
  { room, identity }: ListenFlags,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly url: string; readonly token: string }> {
  const { LIVEKIT_URL: url = '', LIVEKIT_TOKEN: token = '' } = env;
  if (url === '') {
    throw new EloquenceError('CONFIGURATION_INVALID', 'LIVEKIT_URL is not set.', {
      value: 'LIVEKIT_URL',
      hint: 'Set the address of your server in the environment; eloquence server runs a local one.',
    });
  }
  if (token !== '') return { url, token };
  if (room === undefined) {
    throw new EloquenceError('OPTION_INVALID', 'There is no room to listen to.', {
      hint: 'Name it with --room, or give an access token in LIVEKIT_TOKEN.',
    });
  }
  const { createToken } = await import('@eloquence/testbed');
  return { url, token: await createToken(requireKey(env), identity, room, { canPublish: false }) };
}
