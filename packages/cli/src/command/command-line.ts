import { checkOptionUse } from '@eloquence/base';
import { Command, InvalidArgumentError, type ParseOptionsResult } from 'commander';

/** A command of commander's that is stricter with its options, as its subcommands are. */
export class CommandLine extends Command {
  override createCommand(name?: string): CommandLine {
    return new CommandLine(name);
  }

  override parseOptions(args: string[]): ParseOptionsResult {
    checkOptionUse(args, this.options);
    return super.parseOptions(args);
  }
}

/** Reads the value of an option that must not be empty. */
export function nonEmpty(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('Give it a value or leave it out.');
}
