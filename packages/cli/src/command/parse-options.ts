import { parseArgs } from 'node:util';
import { EloquenceError } from '@eloquence/plugin-api';
import { nearestName } from './nearest-name.js';

/** One option of a command: how it is parsed and how `--help` explains it. */
export interface OptionDefinition {
  readonly type: 'string' | 'boolean';
  /** What stands for the value in the help, for example `ms`. */
  readonly placeholder?: string;
  readonly description: string;
  /** The option may be given several times. */
  readonly multiple?: boolean;
  readonly short?: string;
}

export type OptionDefinitions = Readonly<Record<string, OptionDefinition>>;

export interface ParsedOptions<Name extends string> {
  /** Values in the order given; absent if the option was not given. Booleans have none. */
  readonly values: ReadonlyMap<Name, readonly string[]>;
  readonly positionals: readonly string[];
  has(name: Name): boolean;
  /** The last value of `name`. */
  get(name: Name): string | undefined;
}

/**
 * Reads the arguments of a command, strictly: what is not defined is refused.
 *
 * @throws EloquenceError `OPTION_INVALID`, naming the nearest option that exists.
 */
export function parseOptions<Definitions extends OptionDefinitions>(
  args: readonly string[],
  definitions: Definitions,
): ParsedOptions<keyof Definitions & string> {
  type Name = keyof Definitions & string;
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(definitions).map(([name, { type, short }]) => [
        name,
        { type, multiple: true, ...(short === undefined ? {} : { short }) },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<Name, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const definition = Object.hasOwn(definitions, token.name) ? definitions[token.name] : undefined;
    if (definition === undefined) throw unknownOption(token.rawName, Object.keys(definitions));
    if (definition.type === 'boolean' && token.value !== undefined) {
      throw new EloquenceError('OPTION_INVALID', `${token.rawName} takes no value.`, {
        value: token.value,
        hint: `Write ${token.rawName} alone.`,
      });
    }
    // `--voice --json` is a forgotten value; a value that does begin with a dash is written `--voice=-x`.
    const isOptionLike = token.inlineValue !== true && /^-./.test(token.value ?? '');
    if (definition.type === 'string' && (token.value === undefined || isOptionLike)) {
      throw new EloquenceError('OPTION_INVALID', `${token.rawName} needs a value.`, {
        value: token.rawName,
        hint: `Write ${token.rawName} <${definition.placeholder ?? 'value'}>.`,
      });
    }
    const given = values.get(token.name) ?? [];
    if (given.length > 0 && definition.multiple !== true) {
      throw new EloquenceError('OPTION_INVALID', `${token.rawName} is given twice.`, {
        value: token.value ?? token.rawName,
        hint: 'Give it once.',
      });
    }
    values.set(token.name, [...given, token.value ?? '']);
  }
  return {
    values,
    positionals,
    has: (name) => values.has(name),
    get: (name) => values.get(name)?.at(-1),
  };
}

function unknownOption(rawName: string, names: readonly string[]): EloquenceError {
  const nearest = nearestName(rawName.replace(/^-+/, ''), names);
  return new EloquenceError('OPTION_INVALID', `There is no option ${rawName}.`, {
    value: rawName,
    hint: `${nearest === undefined ? '' : `Did you mean --${nearest}? `}See --help for all of them.`,
  });
}

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly isInteger?: boolean;
}

/**
 * Reads a number.
 *
 * @throws EloquenceError `OPTION_INVALID` if `text` is not a number, or out of range.
 */
export function parseNumber(option: string, text: string, range: NumberRange): number {
  const value = text.trim() === '' ? NaN : Number(text);
  const isValid =
    Number.isFinite(value) &&
    value >= range.min &&
    value <= range.max &&
    (range.isInteger !== true || Number.isInteger(value));
  if (!isValid) {
    throw new EloquenceError('OPTION_INVALID', `--${option} is not valid: '${text}'.`, {
      value: text,
      hint: `Give ${range.isInteger === true ? 'a whole number' : 'a number'} from ${range.min} to ${range.max}.`,
    });
  }
  return value;
}

/** The lines of `--help` about options, aligned. */
export function describeOptions(definitions: OptionDefinitions): string {
  const rows = Object.entries(definitions).map(([name, option]) => {
    const value = option.type === 'string' ? ` <${option.placeholder ?? 'value'}>` : '';
    const short = option.short === undefined ? '' : `-${option.short}, `;
    return [`  ${short}--${name}${value}`, option.description] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows
    .map(([left, text]) => left.padEnd(width) + text.replaceAll('\n', `\n${' '.repeat(width)}`))
    .join('\n');
}
