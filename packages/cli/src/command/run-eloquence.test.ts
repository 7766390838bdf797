import { describe, expect, it } from 'vitest';
import { createTerminal } from '../terminal/terminal.js';
import { defineEloquence, runEloquence } from './run-eloquence.js';
import { createProgram } from './run-program.js';

const { signal } = new AbortController();
const terminal = createTerminal({ write: () => true }, { write: () => true }, {});
const { commands } = createProgram(defineEloquence, { terminal, env: {}, signal, exitCode: 0 });

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(...args: readonly string[]): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const out = { write: (text: string) => (stdout += text) };
  const err = { write: (text: string) => (stderr += text) };
  const exitCode = await runEloquence(args, createTerminal(out, err, {}), { CI: '1' });
  return { exitCode, stdout, stderr };
}

describe('eloquence', () => {
  it('gives an overview of all commands', async () => {
    for (const args of [[], ['--help'], ['help']]) {
      const { exitCode, stdout, stderr } = await run(...args);
      expect([exitCode, stderr]).toEqual([0, '']);
      for (const command of commands) {
        expect(stdout).toContain(command.name());
        expect(stdout.replaceAll(/\s+/g, ' ')).toContain(command.summary());
      }
    }
  });

  it('has help on each command, under its own name', async () => {
    for (const command of commands) {
      const { exitCode, stdout, stderr } = await run(command.name(), '--help');
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`Usage: eloquence ${command.name()}`);
    }
  });

  it('fits its help onto a terminal of 80 columns, with the descriptions aligned', async () => {
    for (const args of [[], ...commands.map((command) => [command.name()])]) {
      const { stdout } = await run(...args, '--help');
      const terms = stdout.split('\n').flatMap((line) => /^ {2}-.*? {2,}/.exec(line) ?? []);
      expect(new Set(terms.map(({ length }) => length)).size, stdout).toBe(1);
      for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });

  it('says its version, also behind a command', async () => {
    for (const args of [['--version'], ['-V'], ['speak', '--version']]) {
      const { exitCode, stdout, stderr } = await run(...args);
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    }
  });

  it('names every option of speak in its help', async () => {
    const { stdout } = await run('speak', '--help');
    for (const name of [
      'voice',
      'profile',
      'lane',
      'link',
      'tts-speed',
      'instant',
      'out',
      'text-file',
      'count',
    ]) {
      expect(stdout).toContain(`--${name}`);
    }
  });

  it('refuses a command that does not exist, and names the nearest', async () => {
    const { exitCode, stdout, stderr } = await run('speek');
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error OPTION_INVALID: .*speek.*\nhint: Did you mean 'speak'/);
  });
});

describe('eloquence speak with bad input', () => {
  it.each([
    ['no text', [], 'TEXT_EMPTY', ''],
    ['an empty text', [''], 'TEXT_EMPTY', ''],
    ['only spaces', ['   '], 'TEXT_EMPTY', ''],
    ['only emoji', ['🎉 🎉'], 'TEXT_EMPTY', ''],
    ['an unreadable file', ['--text-file', '/proc/self/mem-of-nobody'], 'TEXT_UNREADABLE', 'path'],
    ['a voice that does not exist', ['Hi', '--voice', 'frr-xx'], 'VOICE_UNKNOWN', 'eloquence voices'],
    [
      'a profile that does not exist',
      ['Hi', '--profile', 'BALANCED'],
      'PROFILE_UNKNOWN',
      "'BALANCED_OPTIMAL'",
    ],
    ['a lane that does not exist', ['Hi', '--lane', 'legcy'], 'LANE_UNKNOWN', "'legacy'"],
    ['a link that does not exist', ['Hi', '--link', 'G'], 'LINK_INVALID', 'Did you mean'],
    ['a link with a wrong key', ['Hi', '--link', '{"rtt":4}'], 'LINK_INVALID', 'rttMs'],
    ['an option that does not exist', ['Hi', '--instnt'], 'OPTION_INVALID', '--instant'],
  ])('refuses %s as wrong usage', async (_, args, code, hint) => {
    const { exitCode, stdout, stderr } = await run('speak', ...args, '--json');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(new RegExp(`^error ${code}: .+\\nhint: .+`, 'm'));
    expect(stderr).not.toMatch(/^ +at /m);
    const { error } = JSON.parse(stdout) as { error: { code: string; hint: string } };
    expect(error.code).toBe(code);
    expect(error.hint).toContain(hint);
  });

  it('leaves stdout empty without --json', async () => {
    expect((await run('speak', '')).stdout).toBe('');
  });
});
