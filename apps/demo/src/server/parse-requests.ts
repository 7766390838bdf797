import { EloquenceError } from '@eloquence/plugin-api';
import { hasSpeakableText } from '@eloquence/text';
import type {
  ArmId,
  HeardRequest,
  NetworkPresetName,
  NetworkRequest,
  NetworkSettings,
  PluginsRequest,
  SpeakRequest,
} from '../protocol.js';

/* Bodies of the page's requests. Every parser throws an EloquenceError, `OPTION_INVALID` unless it says otherwise. */

type Range = readonly [least: number, most: number];

export const armIds: readonly ArmId[] = ['legacy', 'track', 'eloquence'];
export const presetNames: readonly NetworkPresetName[] = ['A', 'B', 'C', 'D', 'E', 'F', 'S'];
export const maxTextLength = 5000;
/** Slower than real time shows stalls that are the voice's. */
const speedRange: Range = [0.5, 1000];
const defaultSpeed = 4;
const blackoutRangeMs: Range = [50, 30_000];
const anyNumber: Range = [0, Number.MAX_SAFE_INTEGER];
/** What the sliders offer; the emulator itself takes more. */
const settingRanges: Readonly<Record<keyof NetworkSettings, Range>> = {
  delayMs: [0, 1000],
  jitterMs: [0, 200],
  lossPercent: [0, 50],
  burstMs: [0, 1000],
  rateKbps: [0, 100_000],
};
const settingNames = Object.keys(settingRanges) as readonly (keyof NetworkSettings)[];

/** @throws EloquenceError `OPTION_INVALID`, `TEXT_EMPTY`, `TEXT_TOO_LONG` */
export function parseSpeak(body: unknown): Required<SpeakRequest> {
  const record = fieldsOf(body, ['text', 'language', 'arms', 'mode', 'speed']);
  const { text, language, arms, mode, speed = defaultSpeed } = record;
  if (typeof text !== 'string') throw invalid('text', text, 'Give the text to be spoken.');
  if (text.length > maxTextLength) {
    throw new EloquenceError('TEXT_TOO_LONG', `The text has ${text.length} characters.`, {
      value: text.length,
      hint: `The demo speaks up to ${maxTextLength}.`,
    });
  }
  if (!hasSpeakableText(text)) {
    throw new EloquenceError('TEXT_EMPTY', 'There is nothing to say in the text.', {
      value: text.slice(0, 100),
      hint: 'Write at least one word.',
    });
  }
  if (!Array.isArray(arms) || arms.length === 0 || arms.length > armIds.length)
    throw invalid('arms', arms, `Give some of: ${armIds.join(', ')}.`);
  const chosen = new Set(arms.map((arm: unknown) => oneOf('arms', arm, armIds)));
  return {
    text,
    language: oneOf('language', language, ['en', 'fr']),
    arms: armIds.filter((arm) => chosen.has(arm)),
    mode: oneOf('mode', mode, ['whole', 'streamed']),
    speed: numberWithin('speed', speed, speedRange),
  };
}

export function parseNetwork(body: unknown): NetworkRequest {
  const record = asRecord(body);
  if ('preset' in record)
    return { preset: oneOf('preset', fieldsOf(record, ['preset'])['preset'], presetNames) };
  if ('blackoutMs' in record) {
    const { blackoutMs } = fieldsOf(record, ['blackoutMs']);
    return { blackoutMs: numberWithin('blackoutMs', blackoutMs, blackoutRangeMs) };
  }
  fieldsOf(record, ['preset', 'blackoutMs', ...settingNames]);
  const given = settingNames.filter((name) => record[name] !== undefined);
  if (given.length === 0)
    throw invalid('body', record, `Give a preset, blackoutMs, or some of: ${settingNames.join(', ')}.`);
  return Object.fromEntries(
    given.map((name) => [name, numberWithin(name, record[name], settingRanges[name])]),
  );
}

/** Checks the form; whether the names exist is known where they are used. */
export function parsePlugins(body: unknown): PluginsRequest {
  const record = asRecord(body);
  const action = oneOf('action', record['action'], ['enable', 'disable', 'choose', 'break', 'repair']);
  switch (action) {
    case 'enable':
    case 'disable':
      fieldsOf(record, ['action', 'pluginId']);
      return { action, pluginId: nameIn('pluginId', record) };
    case 'choose':
      fieldsOf(record, ['action', 'name', 'value']);
      return {
        action,
        name: oneOf('name', record['name'], ['profile', 'codec', 'batcher']),
        value: nameIn('value', record),
      };
    case 'break':
    case 'repair':
      fieldsOf(record, ['action', 'name']);
      return {
        action,
        name: oneOf('name', record['name'], ['codec-throws', 'codec-slow', 'batcher-throws']),
      };
  }
}

export function parseHeard(body: unknown): HeardRequest {
  const ranges: Readonly<Record<string, Range>> = {
    utterance: anyNumber,
    atMs: anyNumber,
    errorMs: anyNumber,
    threshold: [0, 1],
    concealedMs: anyNumber,
    lostPackets: anyNumber,
  };
  const record = fieldsOf(body, ['arm', 'what', ...Object.keys(ranges)]);
  const numbers: Record<string, number> = {};
  for (const [name, range] of Object.entries(ranges)) {
    const isOptional = ['threshold', 'concealedMs', 'lostPackets'].includes(name);
    if (record[name] === undefined && isOptional) continue;
    numbers[name] = numberWithin(name, record[name], range);
  }
  return {
    ...(numbers as Pick<HeardRequest, 'utterance' | 'atMs' | 'errorMs'>),
    arm: oneOf('arm', record['arm'], armIds),
    what: oneOf('what', record['what'], ['firstAudio', 'silence']),
  };
}

export function asRecord(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw invalid('body', body, 'Send one JSON object.');
}

/** Refuses fields that nobody reads: they are misspelt. */
function fieldsOf(body: unknown, names: readonly string[]): Readonly<Record<string, unknown>> {
  const record = asRecord(body);
  const unknown = Object.keys(record).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw invalid(unknown.slice(0, 40), record[unknown], `Fields: ${names.join(', ')}.`);
  return record;
}

function oneOf<const Word extends string>(name: string, value: unknown, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw invalid(name, value, `Give ${name} as one of: ${words.join(', ')}.`);
}

function numberWithin(name: string, value: unknown, [least, most]: Range): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw invalid(name, value, `Give ${name} as a number from ${least} to ${most}.`);
}

function nameIn(name: string, record: Readonly<Record<string, unknown>>): string {
  const value = record[name];
  if (typeof value === 'string' && value !== '' && value.length <= 200) return value;
  throw invalid(name, value, `Give ${name} as a name.`);
}

function invalid(name: string, value: unknown, hint: string): EloquenceError {
  const shown = (JSON.stringify(value) ?? 'missing').slice(0, 80);
  return new EloquenceError('OPTION_INVALID', `'${name}' is ${shown}.`, { value, hint });
}
