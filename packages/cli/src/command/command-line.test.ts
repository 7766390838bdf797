import { completedName, parseNumber, runCommandLine } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { CommandLine, nonEmpty } from './run-program.js';

interface Parsed {
  readonly voice?: string;
  readonly lane: readonly string[];
  readonly json?: true;
  readonly count?: number;
}

async function parse(
  ...args: readonly string[]
): Promise<{ readonly flags: Parsed; readonly words: readonly string[] }> {
  const command = new CommandLine('test')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .argument('[words...]')
    .option('--voice <voice>', 'The voice', nonEmpty)
    .option('--lane <lane>', 'The lane', (lane, before: readonly string[]) => [...before, lane], [])
    .option('--count <n>', 'How many', (text) =>
      parseNumber('--count', text, { min: 1, max: 100, isInteger: true }),
    )
    .option('--json', 'One object')
    .action(() => undefined);
  await runCommandLine(command, args);
  return { flags: command.opts<Parsed>(), words: command.args };
}

async function codeAndHint(...args: readonly string[]): Promise<string> {
  try {
    await parse(...args);
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint?: string };
    return `${code} ${message} ${hint ?? ''}`;
  }
  return 'no error';
}

describe('CommandLine', () => {
  it('reads values, repeated options, flags and the rest', async () => {
    const { flags, words } = await parse(
      ...['--voice', 'fr', 'Bon', '--lane=data', '--lane', 'legacy', '--json', 'jour'],
    );
    expect(flags.voice).toBe('fr');
    expect(flags.lane).toEqual(['data', 'legacy']);
    expect(flags.json).toBe(true);
    expect(words).toEqual(['Bon', 'jour']);
  });

  it('takes everything after -- as text', async () => {
    expect((await parse('--', '--voice')).words).toEqual(['--voice']);
  });

  it('refuses an unknown option and names the nearest', async () => {
    expect(await codeAndHint('--vioce', 'fr')).toMatch(/OPTION_INVALID .*--vioce.*--voice/);
    expect(await codeAndHint('-x')).toMatch(/OPTION_INVALID .*-x/);
    expect(await codeAndHint('--__proto__', '1')).toMatch(/OPTION_INVALID/);
  });

  it('refuses a missing value, a superfluous one and a second one', async () => {
    expect(await codeAndHint('--voice')).toMatch(/OPTION_INVALID --voice needs a value/);
    expect(await codeAndHint('--voice', '--json')).toMatch(/--voice needs a value/);
    expect((await parse('--voice', '-')).flags.voice).toBe('-');
    expect((await parse('--voice=-x')).flags.voice).toBe('-x');
    expect(await codeAndHint('--json=1')).toMatch(/OPTION_INVALID --json takes no value/);
    expect(await codeAndHint('--voice', 'a', '--voice', 'b')).toMatch(/given twice/);
  });

  it('takes numbers in range and refuses everything else', async () => {
    expect((await parse('--count', '20')).flags.count).toBe(20);
    for (const text of ['', ' ', 'x', '0', '101', '1.5', 'NaN', 'Infinity', '5 ms']) {
      expect(await codeAndHint('--count', text)).toMatch(/OPTION_INVALID --count .*from 1 to 100/);
    }
  });
});

describe('completedName', () => {
  it('forgives typing errors, case and endings', () => {
    const profiles = ['ULTRA_PERFORMANCE', 'BALANCED_OPTIMAL', 'HIGH_THROUGHPUT', 'EMERGENCY_FALLBACK'];
    expect(completedName('BALANCD_OPTIMAL', profiles)).toBe('BALANCED_OPTIMAL');
    expect(completedName('emergency', profiles)).toBe('EMERGENCY_FALLBACK');
    expect(completedName('x', [])).toBeUndefined();
  });
});
