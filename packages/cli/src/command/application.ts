import type { LoadedConfig } from '@eloquence/streamer';
import type { Command } from 'commander';
import { nonEmpty } from './run-program.js';

/** Where the application is that a command works for. */
export interface ApplicationFlags {
  readonly directory?: string;
  readonly config?: string;
}

/** Adds the options that say where the configuration is. */
export function addApplicationOptions(command: Command): Command {
  return command
    .option(
      '--directory <folder>',
      "The application's folder, the one with its package.json (default: here)",
      nonEmpty,
    )
    .option(
      '--config <file>',
      'Configuration file, relative to the folder (default: eloquence.config.{ts,mjs,json})',
      nonEmpty,
    );
}

/** @throws EloquenceError `CONFIGURATION_INVALID`, `IO_FAILED` */
export async function loadApplication({ directory, config }: ApplicationFlags): Promise<LoadedConfig> {
  const { loadConfig } = await import('@eloquence/streamer');
  return await loadConfig({ directory: directory ?? process.cwd(), file: config });
}
