import type { ContributionPointName, ContributionPoints, ErrorCode } from '@eloquence/plugin-api';
import { z } from 'zod';

/** All the kernel knows of a contribution point. Each has a file in `points/`. */
export interface ContributionPoint<P extends ContributionPointName> {
  readonly name: P;
  /** What one contribution is called in messages, for example `codec`. */
  readonly noun: string;
  /** The need that loads a plugin is named `<activationEvent>:<id>`. */
  readonly activationEvent: string;
  /** Code of the error about an id that nobody contributes. */
  readonly unknownCode: ErrorCode;
  /** One entry of `contributes.<name>` in a plugin's manifest. */
  readonly entrySchema: z.ZodType<{ id: string }>;
  /** Says what is wrong with the shape of a registered contribution, or `undefined`. */
  readonly findFault: (contribution: ContributionPoints[P], id: string) => string | undefined;
}

/** Ids such as `opus` or `two-frames`. */
export const kebabCaseId = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be lower-case words joined by "-"')
  .describe('Unique among all plugins of an application.');

/** Ids such as `BALANCED_OPTIMAL`. */
export const upperCaseId = z
  .string()
  .max(64)
  .regex(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/, 'must be upper-case words joined by "_"')
  .describe('Unique among all plugins of an application.');

/** What every entry may say. Further properties are the plugin's own affair. */
export const commonEntryFields = {
  label: z.string().max(100).optional().describe('Name for people.'),
  description: z.string().max(500).optional().describe('What it is for, in a sentence.'),
};

/** Finds the first of `names` that is not a function of `value`; for the checks of registered contributions. */
export function findMissingFunction(value: unknown, names: readonly string[]): string | undefined {
  if (typeof value !== 'object' || value === null)
    return `is ${value === null ? 'null' : typeof value}, not an object`;
  const missing = names.find((name) => typeof (value as Record<string, unknown>)[name] !== 'function');
  return missing === undefined ? undefined : `has no function '${missing}'`;
}
