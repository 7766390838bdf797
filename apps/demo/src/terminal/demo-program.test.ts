import { createProgram, createTerminal } from '@eloquence/cli';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addDemoOptions, type DemoOptions, readDemoOptions } from './demo-program.js';

const terminal = createTerminal({ write: () => true }, { write: () => true }, {});
const { signal } = new AbortController();
const newProgram = (): Command =>
  createProgram((program) => void addDemoOptions(program), { terminal, env: {}, signal, exitCode: 0 });

function parseDemoOptions(args: readonly string[], isTerminal: boolean): DemoOptions {
  return readDemoOptions(newProgram().parse([...args], { from: 'user' }), isTerminal);
}

describe('parseDemoOptions', () => {
  it('compares on B, then S, unless told', () => {
    expect(parseDemoOptions([], false).links.map(({ name }) => name)).toEqual(['B', 'S']);
    expect(parseDemoOptions(['--link', 'E', '--json'], false)).toMatchObject({
      links: [{ name: 'E' }],
      isJson: true,
    });
    expect(() => parseDemoOptions(['--link', 'Q'], false)).toThrow(/no link/);
    expect(() => parseDemoOptions(['--lnk', 'S'], false)).toThrow(/--lnk/);
  });

  it('serves the page only where somebody watches, or where it is asked for', () => {
    expect(parseDemoOptions([], true).mode).toBe('both');
    expect(parseDemoOptions([], false).mode).toBe('comparison');
    for (const option of ['--terminal', '--once', '--json'])
      expect(parseDemoOptions([option], true).mode, option).toBe('comparison');
    expect(parseDemoOptions(['--page', '--json', '--open', '--port', '8080'], false)).toMatchObject({
      mode: 'page',
      isJson: true,
      opensBrowser: true,
      port: 8080,
    });
    expect(() => parseDemoOptions(['--port', '99999'], true)).toThrow(/--port/);
  });

  it('explains every option', () => {
    for (const option of ['--page', '--terminal', '--once', '--open', '--port', '--link', '--json', '--help'])
      expect(newProgram().helpInformation()).toContain(option);
  });
});
