import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '@eloquence/base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkText, MAX_PREPARED_TEXT_LENGTH, MAX_TEXT_LENGTH } from '@eloquence/testbed';
import { readTextFile } from './read-text.js';
import { CommandLine } from '../command/run-program.js';
import { addSpeakOptions, readSpeakOptions, type SpeakArguments } from './speak-command.js';

async function parseSpeakArguments(args: readonly string[]): Promise<SpeakArguments> {
  const command = addSpeakOptions(
    new CommandLine('speak').exitOverride().configureOutput({ writeErr: () => undefined }),
  );
  await runCommandLine(
    command.action(() => undefined),
    args,
  );
  return readSpeakOptions(command);
}

async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message} ${(error as { hint?: string }).hint ?? ''}`;
  }
  return 'no error';
}

describe('parseSpeakArguments', () => {
  it('has defaults for everything but the text', async () => {
    expect(await parseSpeakArguments(['Hello', 'there'])).toMatchObject({
      text: 'Hello there',
      lanes: ['auto'],
      link: { name: 'none' },
      pace: { kind: 'live' },
      count: 1,
      isSeries: false,
      seed: 1,
      hasListener: true,
      isSimulated: false,
      isCold: false,
    });
  });

  it('reads every option', async () => {
    const options = await parseSpeakArguments(
      '--voice fr --profile X --lane data,legacy --lane media --link S --instant --out a.wav --count 3 --seed 7 --room r Bonjour'.split(
        ' ',
      ),
    );
    expect(options).toMatchObject({
      text: 'Bonjour',
      voice: 'fr',
      profile: 'X',
      lanes: ['data', 'legacy', 'media'],
      link: { name: 'S', rateKbps: 15_000 },
      pace: { kind: 'instant' },
      out: 'a.wav',
      count: 3,
      isSeries: true,
      seed: 7,
      room: 'r',
    });
  });

  it('reads links as JSON and speeds as numbers', async () => {
    const options = await parseSpeakArguments([
      'Hi',
      '--link',
      '{"rttMs":80,"rateKbps":500}',
      '--tts-speed',
      '4',
    ]);
    expect(options).toMatchObject({ link: { rttMs: 80, rateKbps: 500 }, pace: { kind: 'speed', speed: 4 } });
  });

  it.each([
    [['Hi', '--lane', 'dta'], /LANE_UNKNOWN.*'data'/],
    [['Hi', '--lane', 'data,'], /LANE_UNKNOWN/],
    [['Hi', '--link', 'Z'], /LINK_INVALID/],
    [['Hi', '--link', '{"rtMs":1}'], /LINK_INVALID.*rttMs/],
    [['Hi', '--instant', '--tts-speed', '2'], /OPTION_INVALID.*exclude/],
    [['Hi', '--text-file', 'x'], /OPTION_INVALID.*exclude/],
    [['Hi', '--no-listener', '--out', 'x'], /OPTION_INVALID.*exclude/],
    [['Hi', '--tts-speed', '0'], /OPTION_INVALID/],
    [['Hi', '--count', '0'], /OPTION_INVALID/],
    [['Hi', '--seed', '-1'], /OPTION_INVALID/],
    [['Hi', '--voice', ''], /OPTION_INVALID/],
    [['Hi', '--instnat'], /OPTION_INVALID.*--instant/],
    [[], /TEXT_EMPTY/],
  ])('refuses %j', async (args, expected) => {
    expect(await codeOf(() => parseSpeakArguments(args))).toMatch(expected);
  });
});

describe('checkText', () => {
  it.each(['', '   ', '\n\t', '🎉🎉', '… !?', '—'])('refuses %j as empty', async (text) => {
    expect(await codeOf(() => checkText(text, false))).toMatch(/TEXT_EMPTY/);
  });

  it.each(['a', '7', '你好', 'é', '🎉 ok'])('takes %j', async (text) => {
    expect(await codeOf(() => checkText(text, false))).toBe('no error');
  });

  it('bounds the length, more so for what is synthesised beforehand', async () => {
    expect(await codeOf(() => checkText('a'.repeat(MAX_TEXT_LENGTH), false))).toBe('no error');
    expect(await codeOf(() => checkText('a'.repeat(MAX_TEXT_LENGTH + 1), false))).toMatch(/TEXT_TOO_LONG/);
    expect(await codeOf(() => checkText('a'.repeat(MAX_PREPARED_TEXT_LENGTH + 1), true))).toMatch(
      /TEXT_TOO_LONG.*--instant/,
    );
  });
});

describe('readTextFile', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eloquence-text-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('reads UTF-8 from a file and from standard input', async () => {
    await writeFile(join(folder, 'a.txt'), 'Où ça ?');
    expect(await readTextFile(join(folder, 'a.txt'))).toBe('Où ça ?');
    async function* stdin(): AsyncGenerator<Uint8Array> {
      const bytes = Buffer.from('Où ça ?');
      yield bytes.subarray(0, 2);
      yield bytes.subarray(2);
    }
    expect(await readTextFile('-', stdin())).toBe('Où ça ?');
  });

  it('refuses what is missing, a folder, binary or too large', async () => {
    await writeFile(join(folder, 'b.bin'), Uint8Array.of(0xff, 0xfe, 0x80));
    await writeFile(join(folder, 'c.txt'), 'a'.repeat(4 * MAX_TEXT_LENGTH + 1));
    for (const [name, code] of [
      ['missing', 'TEXT_UNREADABLE'],
      ['.', 'TEXT_UNREADABLE'],
      ['b.bin', 'TEXT_UNREADABLE'],
      ['c.txt', 'TEXT_TOO_LONG'],
    ] as const) {
      await expect(readTextFile(join(folder, name))).rejects.toMatchObject({ code });
    }
  });
});
