import type { CommandEntry } from './commands.js';

export function overview(commands: readonly CommandEntry[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 3;
  return `eloquence: speech into LiveKit rooms, ahead of playout

Usage: eloquence <command> [options]

Commands:
${commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`).join('\n')}

Help on a command: eloquence <command> --help
Exit codes: 0 all well, 1 the run failed, 2 the command was called wrongly.
`;
}
