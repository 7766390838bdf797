import { EloquenceError } from '@eloquence/plugin-api';

/** What is needed to know of an option of a command; commander's `Option` fits. */
export interface CommandLineOption {
  readonly short?: string | undefined;
  readonly long?: string | undefined;
  /** As the help shows it, for example `--seed <n>`. */
  readonly flags: string;
  /** True for an option that takes a value. */
  readonly required: boolean;
  /** An array for an option that may be given several times. */
  readonly defaultValue?: unknown;
}

/**
 * Refuses what commander lets pass: an option in place of a value, a value for a flag, and an option that is given
 * twice. A value that begins with a dash is written `--name=-value`.
 *
 * @throws EloquenceError `OPTION_INVALID`
 */
export function checkOptionUse(args: readonly string[], options: readonly CommandLineOption[]): void {
  const given = new Set<CommandLineOption>();
  for (const [at, arg] of args.entries()) {
    if (arg === '--') return;
    const [name = '', ...inlineValue] = arg.split('=');
    const option = options.find(({ long, short }) => name === long || name === short);
    if (option === undefined) continue;
    const next = args[at + 1];
    if (option.required && inlineValue.length === 0 && (next === undefined || /^-./.test(next)))
      throw invalid(`${name} needs a value.`, `Write ${option.flags}.`, name);
    if (!option.required && inlineValue.length > 0)
      throw invalid(`${name} takes no value.`, `Write ${name} alone.`, inlineValue.join('='));
    if (given.has(option) && !Array.isArray(option.defaultValue))
      throw invalid(`${name} is given twice.`, 'Give it once.', name);
    given.add(option);
  }
}

/** Messages of commander, how they are said here, and what to do. The last one fits all. */
const wordings: ReadonlyArray<readonly [RegExp, message: string, hint: string]> = [
  [/^option '(\S+)[^']*' cannot .* '(\S+)[^']*'$/, '$1 and $2 exclude each other.', 'Leave out one of them.'],
  [/^unknown option '(.*)'$/s, "Unknown option '$1'.", 'Leave out $1, or see --help.'],
  [/^(.*?)\.?$/s, '$1.', 'See --help.'],
];

/** What is needed to know of a command; commander's `Command` fits, with `exitOverride()`. */
export interface ParsableCommand {
  readonly options: readonly CommandLineOption[];
  parseAsync(args: readonly string[], options: { readonly from: 'user' }): Promise<unknown>;
}

/**
 * Parses the arguments of a program, and runs its action.
 *
 * @returns false if help or the version was shown instead
 * @throws EloquenceError `OPTION_INVALID` for what is wrong with the arguments; its hint names what was probably meant
 */
export async function runCommandLine(command: ParsableCommand, args: readonly string[]): Promise<boolean> {
  checkOptionUse(args, command.options);
  try {
    await command.parseAsync(args, { from: 'user' });
    return true;
  } catch (error) {
    const { code, exitCode } = error as { code?: unknown; exitCode?: unknown };
    if (typeof code !== 'string' || !code.startsWith('commander.')) throw error;
    if (exitCode === 0) return false;
    throw toUsageError(error as Error);
  }
}

function toUsageError(error: Error): EloquenceError {
  const [, said = '', suggestion] =
    /^(?:error: )?(.*?)(?:\n\((Did you mean .*)\))?$/s.exec(error.message) ?? [];
  const [pattern, message, hint] = wordings.find(([known]) => known.test(said))!;
  const text = said.replace(pattern, message);
  return invalid(
    text.charAt(0).toUpperCase() + text.slice(1),
    suggestion?.replace(/ (\w[\w-]*)\?$/, " '$1'?") ?? said.replace(pattern, hint),
    said,
  );
}

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly isInteger?: boolean;
}

/**
 * Reads a number.
 *
 * @param name of the option or the variable that holds it, for example `--seed`
 * @throws EloquenceError `OPTION_INVALID` if `text` is not a number, or out of range.
 */
export function parseNumber(name: string, text: string, range: NumberRange): number {
  const { min, max, isInteger = false } = range;
  const value = text.trim() === '' ? NaN : Number(text);
  if (value >= min && value <= max && (!isInteger || Number.isInteger(value))) return value;
  const kind = isInteger ? 'a whole number' : 'a number';
  throw invalid(`${name} is not valid: '${text}'.`, `Give ${kind} from ${min} to ${max}.`, text);
}

function invalid(message: string, hint: string, value: string): EloquenceError {
  return new EloquenceError('OPTION_INVALID', message, { value, hint });
}
