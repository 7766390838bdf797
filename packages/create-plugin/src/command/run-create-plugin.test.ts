import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pluginKinds } from '../kinds/plugin-kinds.js';
import { runCreatePlugin } from './run-create-plugin.js';

let directory: string;
let printed: string;
let errors: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'create-plugin-'));
  printed = '';
  errors = '';
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function run(...args: string[]): Promise<number> {
  return runCreatePlugin(args, {
    directory,
    year: 2026,
    print: (text) => (printed += text),
    printError: (text) => (errors += text),
  });
}

describe('runCreatePlugin', () => {
  it('writes a plugin into a folder of its name, and says what to do next', async () => {
    expect(await run('@acme/eloquence-mulaw', '--kind', 'codec', '--author', 'Acme')).toBe(0);
    const folder = path.join(directory, 'eloquence-mulaw');
    expect(readdirSync(folder).sort()).toEqual(
      [
        '.gitignore',
        'LICENSE',
        'README.md',
        'eslint.config.mjs',
        'package.json',
        'src',
        'tsconfig.json',
      ].sort(),
    );
    expect(readFileSync(path.join(folder, 'LICENSE'), 'utf8')).toContain('2026 Acme');
    expect(printed).toContain('cd eloquence-mulaw');
    expect(printed).toContain('src/mulaw-codec.ts is the code');
  });

  it('writes into an empty folder that is named', async () => {
    expect(await run('mulaw', '--kind', 'codec', '--directory', '.')).toBe(0);
    expect(existsSync(path.join(directory, 'package.json'))).toBe(true);
  });

  it('leaves alone what is there already', async () => {
    writeFileSync(path.join(directory, 'mine.txt'), 'mine');
    expect(await run('mulaw', '--kind', 'codec', '--directory', '.')).toBe(2);
    expect(readdirSync(directory)).toEqual(['mine.txt']);
    expect(errors).toContain('--directory');
  });

  it('says so when it cannot write', async () => {
    writeFileSync(path.join(directory, 'file'), '');
    expect(await run('mulaw', '--kind', 'codec', '--directory', 'file/mulaw')).toBe(1);
    expect(errors).not.toBe('');
  });

  it('lists the files of a dry run and writes none', async () => {
    expect(await run('mulaw', '--kind', 'codec', '--dry-run')).toBe(0);
    expect(printed.split('\n')).toContain('src/mulaw-codec.ts');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('explains itself, with every kind', async () => {
    expect(await run('--help')).toBe(0);
    for (const { kind, summary } of pluginKinds)
      expect(printed.replaceAll(/\s+/g, ' ')).toContain(`${kind} ${summary}`);
  });

  it.each([
    [[], 'the name of the plugin'],
    [['mulaw'], '--kind'],
    [['mulaw', 'codec'], 'one name too many'],
    [['mulaw', '--kind', 'codek'], 'not a kind'],
    [['Mulaw', '--kind', 'codec'], 'cannot be the name'],
    [['mulaw', '--kind', 'codec', '--id', 'my id'], 'cannot be the id'],
    [['mulaw', '--kin', 'codec'], "'--kin'"],
    [['mulaw', '--kind'], '--kind'],
  ])('refuses %j', async (args, message) => {
    expect(await run(...args)).toBe(2);
    expect(errors).toContain(message);
    expect(readdirSync(directory)).toEqual([]);
  });
});
