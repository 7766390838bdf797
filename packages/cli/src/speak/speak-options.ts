import { EloquenceError } from '@eloquence/plugin-api';
import { parseLink } from '@eloquence/netlab';
import type { Pace, SpeakOptions } from '@eloquence/testbed';
import {
  describeOptions,
  type OptionDefinitions,
  parseNumber,
  parseOptions,
} from '../command/parse-options.js';
import { parseLanes } from './lane-choice.js';

export const speakOptionDefinitions = {
  voice: {
    type: 'string',
    placeholder: 'voice',
    description: 'Voice id or language tag, for example fr or en-GB',
  },
  profile: {
    type: 'string',
    placeholder: 'profile',
    description: 'Delivery profile: auto (default), or one such as BALANCED_OPTIMAL',
  },
  lane: {
    type: 'string',
    placeholder: 'lane',
    multiple: true,
    description:
      'auto (default), data, media, or legacy: the 10 ms captureFrame loop.\nSeveral, as data,legacy, are interleaved in one run',
  },
  link: {
    type: 'string',
    placeholder: 'link',
    description:
      'Access link of the listener: none (default), A, B, C, D, E, F, S, or JSON\nwith rttMs, jitterMs, lossPercent, burstMs, rateKbps, queueMs',
  },
  'tts-speed': {
    type: 'string',
    placeholder: 'n',
    description: "Reveal the voice's audio at n times real time (0.1–100)",
  },
  instant: { type: 'boolean', description: "Reveal the voice's audio all at once" },
  out: {
    type: 'string',
    placeholder: 'heard.wav',
    description: 'Write what the listener heard to this WAV file',
  },
  spoken: {
    type: 'string',
    placeholder: 'spoken.wav',
    description: 'Write what the voice spoke to this WAV file, to compare',
  },
  'text-file': {
    type: 'string',
    placeholder: 'file',
    description: 'Read the text from this file; - is standard input',
  },
  count: {
    type: 'string',
    placeholder: 'n',
    description: 'Speak n utterances in one session (1–1000); adds values, p50 and p95',
  },
  seed: {
    type: 'string',
    placeholder: 'n',
    description: 'Seed of everything random (0–4294967295), default 1',
  },
  room: { type: 'string', placeholder: 'name', description: 'Name of the room; random if left out' },
  'no-listener': { type: 'boolean', description: 'Start no listener: speak to whoever is in the room' },
  simulate: {
    type: 'boolean',
    description: 'Use no server, but an emulated room in this process; said on every output',
  },
  cold: {
    type: 'boolean',
    description: 'Measure cold: without the few unmeasured words that are spoken first',
  },
  json: { type: 'boolean', description: 'Print one JSON object on standard output' },
  help: { type: 'boolean', short: 'h', description: 'Show this help' },
} as const satisfies OptionDefinitions;

export const speakHelp = `Usage: eloquence speak "text" [options]

Speaks a text into a room on a LiveKit server, to a listener in another process behind
an emulated access link, and prints what was measured there.

Options:
${describeOptions(speakOptionDefinitions)}

Environment:
  LIVEKIT_URL, LIVEKIT_API_KEY, LIVEKIT_API_SECRET
                         Server to use; a local one is started if LIVEKIT_URL is not set
  LIVEKIT_TOKEN          Access token of the speaker, instead of one made from the key
  LIVEKIT_UDP_PORT, LIVEKIT_TCP_PORT
                         Media ports of that server, needed to put a link in front of it
  NO_COLOR               No colours

Exit code: 0 the text was heard, 1 the run failed, 2 the command was called wrongly.

Examples:
  eloquence speak "Hello out there." --link B
  eloquence speak "Bonjour tout le monde." --voice fr --out heard.wav
  eloquence speak "Hello out there." --link S --lane data,legacy --instant --count 5 --json
`;

/** What the arguments say, before the text of a file is read. */
export interface SpeakArguments extends Omit<SpeakOptions, 'text'> {
  readonly text: string | undefined;
  readonly textFile: string | undefined;
}

/**
 * @throws EloquenceError `OPTION_INVALID`, `LANE_UNKNOWN`, `LINK_INVALID`, `TEXT_EMPTY` if no text is given at all.
 */
export function parseSpeakArguments(args: readonly string[]): SpeakArguments {
  const options = parseOptions(args, speakOptionDefinitions);
  const textFile = options.get('text-file');
  const text = options.positionals.length === 0 ? undefined : options.positionals.join(' ');
  if (textFile !== undefined && text !== undefined) throw exclude('a text', '--text-file', text);
  if (textFile === undefined && text === undefined) {
    throw new EloquenceError('TEXT_EMPTY', 'There is no text to speak.', {
      hint: 'Write it in quotes: eloquence speak "Hello", or name a file with --text-file.',
    });
  }
  if (options.has('instant') && options.has('tts-speed')) {
    throw exclude('--instant', '--tts-speed', options.get('tts-speed') ?? '');
  }
  if (options.has('no-listener') && options.has('out')) {
    throw exclude('--no-listener', '--out', options.get('out') ?? '');
  }
  const { voice, profile, out, spoken, room } = Object.fromEntries(
    (['voice', 'profile', 'out', 'spoken', 'room'] as const).map((name) => [
      name,
      requireText(name, options.get(name)),
    ]),
  );
  const count = options.get('count');
  const seed = options.get('seed');
  return {
    text,
    textFile,
    lanes: parseLanes(options.values.get('lane') ?? []),
    link: parseLink(options.get('link') ?? 'none'),
    pace: parsePace(options.has('instant'), options.get('tts-speed')),
    count: count === undefined ? 1 : parseNumber('count', count, { min: 1, max: 1000, isInteger: true }),
    isSeries: count !== undefined,
    seed: seed === undefined ? 1 : parseNumber('seed', seed, { min: 0, max: 4294967295, isInteger: true }),
    hasListener: !options.has('no-listener'),
    isSimulated: options.has('simulate'),
    isCold: options.has('cold'),
    ...(voice === undefined ? {} : { voice }),
    ...(profile === undefined ? {} : { profile }),
    ...(out === undefined ? {} : { out }),
    ...(spoken === undefined ? {} : { spoken }),
    ...(room === undefined ? {} : { room }),
  };
}

function parsePace(isInstant: boolean, speed: string | undefined): Pace {
  if (isInstant) return { kind: 'instant' };
  if (speed === undefined) return { kind: 'live' };
  return { kind: 'speed', speed: parseNumber('tts-speed', speed, { min: 0.1, max: 100 }) };
}

function requireText(option: string, value: string | undefined): string | undefined {
  if (value === undefined || value.trim() !== '') return value;
  throw new EloquenceError('OPTION_INVALID', `--${option} is empty.`, {
    value,
    hint: 'Give it a value or leave it out.',
  });
}

function exclude(one: string, other: string, value: string): EloquenceError {
  return new EloquenceError('OPTION_INVALID', `${one} and ${other} exclude each other.`, {
    value,
    hint: `Leave out ${one} or ${other}.`,
  });
}
