import {
  type ContributionPointName,
  type ContributionPoints,
  type ErrorCode,
  SentenceSegmenter,
} from '@eloquence/plugin-api';
import { z } from 'zod';

/** All the kernel knows of a contribution point. */
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

/** Services of the kernel that plugins may replace, by the id of their token. */
export const replaceableServiceIds: readonly string[] = [SentenceSegmenter.id];

const idSchema = (pattern: RegExp, what: string): z.ZodString =>
  z.string().max(64).regex(pattern, what).describe('Unique among all plugins of an application.');

/** Ids such as `opus` or `two-frames`. */
const kebabCaseId = idSchema(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be lower-case words joined by "-"');
/** Ids such as `BALANCED_OPTIMAL`. */
const upperCaseId = idSchema(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/, 'must be upper-case words joined by "_"');
/** Ids such as `acme.lexicon`. */
const tokenId = idSchema(
  /^[a-z][a-zA-Z0-9]*(\.[a-z][a-zA-Z0-9]*)+$/,
  'must be camel-case words joined by "."',
).refine(
  (id) => !id.startsWith('core.') || replaceableServiceIds.includes(id),
  `must not be a service of the kernel, except one that plugins may replace (${replaceableServiceIds.join(', ')})`,
);

/** What is not the same for all points. Most contributions are objects with these functions, and no more is asked. */
interface PointDetails<P extends ContributionPointName> {
  readonly noun: string;
  readonly functions?: readonly string[];
  readonly unknownCode?: ErrorCode;
  readonly id?: z.ZodType<string>;
  readonly findFault?: ContributionPoint<P>['findFault'];
}

const details: { readonly [P in ContributionPointName]: PointDetails<P> } = {
  ttsEngines: { noun: 'TTS engine', functions: ['create'] },
  textFilters: {
    noun: 'text filter',
    functions: ['begin'],
    findFault({ stage, appliesTo }) {
      if (!['markup', 'words'].includes(stage)) return "has no 'stage' that there is";
      return ['all', 'streams', 'request'].includes(appliesTo)
        ? undefined
        : "has no 'appliesTo' that there is";
    },
  },
  codecs: {
    noun: 'codec',
    unknownCode: 'CODEC_UNKNOWN',
    functions: ['createEncoder', 'createDecoder'],
    findFault({ frameDurationsMs, sampleRatesHz }) {
      if (!isListOfNumbers(frameDurationsMs)) return "has no list of numbers 'frameDurationsMs'";
      return isListOfNumbers(sampleRatesHz) ? undefined : "has no list of numbers 'sampleRatesHz'";
    },
  },
  batchers: { noun: 'batcher', functions: ['create'] },
  profiles: {
    noun: 'profile',
    unknownCode: 'PROFILE_UNKNOWN',
    id: upperCaseId,
    findFault(profile, id) {
      if (profile.id !== id) return `says that its id is '${String(profile.id)}'`;
      return typeof profile.settings === 'object' && profile.settings !== null
        ? undefined
        : "has no 'settings'";
    },
  },
  policies: { noun: 'policy', functions: ['decide'] },
  rules: {
    noun: 'rule',
    findFault(rule) {
      const kinds: Readonly<Record<string, string>> = {
        limit: 'limit',
        adjustment: 'adjust',
        probe: 'probe',
      };
      const call = kinds[String(rule.kind)];
      return call === undefined ? 'is of no kind that there is' : findMissingFunction(rule, [call]);
    },
  },
  forecasters: { noun: 'forecaster', functions: ['create'] },
  transports: { noun: 'transport', functions: ['accepts', 'create'] },
  monitors: { noun: 'monitor', functions: ['create'] },
  services: {
    noun: 'service',
    id: tokenId,
    functions: ['create'],
    findFault({ token, deps }, id) {
      if (token?.id !== id) return `is one of '${String(token?.id)}'`;
      const needed: readonly unknown[] = Object.values(deps ?? {});
      const isToken = (value: unknown): boolean =>
        typeof (value as { key?: unknown } | null)?.key === 'symbol';
      return needed.every(isToken) ? undefined : "has 'deps' that are not tokens";
    },
  },
};

/** Every contribution point. The type demands one for each point of the contracts. */
export const contributionPointTable = Object.fromEntries(
  Object.entries(details).map(([name, point]) => [
    name,
    createPoint(name as ContributionPointName, point as PointDetails<ContributionPointName>),
  ]),
) as unknown as { readonly [P in ContributionPointName]: ContributionPoint<P> };

/** Names of the points in the table, in its order. */
export const pointNames = Object.keys(contributionPointTable) as readonly ContributionPointName[];

function createPoint<P extends ContributionPointName>(
  name: P,
  {
    noun,
    functions = [],
    unknownCode = 'CONTRIBUTION_UNKNOWN',
    id = kebabCaseId,
    findFault,
  }: PointDetails<P>,
): ContributionPoint<P> {
  return {
    name,
    noun,
    activationEvent: `on${noun.split(' ').map(capitalised).join('')}`,
    unknownCode,
    // Further properties are the plugin's own affair.
    entrySchema: z.looseObject({
      id,
      label: z.string().max(100).optional().describe('Name for people.'),
      description: z.string().max(500).optional().describe('What it is for, in a sentence.'),
    }),
    findFault: (contribution, contributionId) =>
      findMissingFunction(contribution, functions) ?? findFault?.(contribution, contributionId),
  };
}

function capitalised(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1).toLowerCase();
}

/** Finds the first of `names` that is not a function of `value`. */
function findMissingFunction(value: unknown, names: readonly string[]): string | undefined {
  if (typeof value !== 'object' || value === null)
    return `is ${value === null ? 'null' : typeof value}, not an object`;
  const missing = names.find((name) => typeof (value as Record<string, unknown>)[name] !== 'function');
  return missing === undefined ? undefined : `has no function '${missing}'`;
}

function isListOfNumbers(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number' && item > 0)
  );
}
