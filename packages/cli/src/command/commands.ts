import type { Command } from './command.js';

/** How the overview lists a command, and how its code is loaded. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** All commands. A new one is one file and one entry here. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'speak',
    summary: 'Speak a text into a room to a listener behind an emulated link, and measure it',
    load: async () => (await import('../speak/speak-command.js')).speakCommand,
  },
  {
    name: 'voices',
    summary: 'List the voices',
    load: async () => (await import('../voices/voices-command.js')).voicesCommand,
  },
  {
    name: 'plugins',
    summary: 'Show the plugins of an application and what is wrong with them',
    load: async () => (await import('../plugins-command/plugins-command.js')).pluginsCommand,
  },
];
