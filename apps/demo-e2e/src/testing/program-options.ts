import { type ParseArgsConfig, parseArgs } from 'node:util';

type Definitions = NonNullable<ParseArgsConfig['options']>;
const common = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** What `util.parseArgs` gives for these definitions, and for `--json` and `--help`. */
export type ProgramValues<Own extends Definitions> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Own & typeof common }>
>['values'];

/**
 * Reads the options of a program.
 *
 * @param read makes of the values what the program needs; what it throws is told, with the help
 * @returns an exit code where there is nothing to run
 */
export function parseProgram<const Own extends Definitions, Options>(
  args: string[],
  help: string,
  own: Own,
  read: (values: ProgramValues<Own>) => Options,
): Options | number {
  try {
    const { values } = parseArgs({ args, options: { ...own, ...common } });
    if ((values as { help: boolean }).help) {
      process.stdout.write(help);
      return 0;
    }
    return read(values);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    return 2;
  }
}
