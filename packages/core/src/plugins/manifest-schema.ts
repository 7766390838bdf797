import semver from 'semver';
import { z } from 'zod';
import type { ContributionPointName } from '@eloquence/plugin-api';
import { contributionPointTable, pointNames } from '../contributions/contribution-point.js';

const packageName = z
  .string()
  .min(1)
  .max(214)
  .regex(/^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/, 'must be the name of a package');

/** Bounds the work that one manifest can cause. */
const maxEntries = 256;

const contributes = z
  .strictObject({
    ...(Object.fromEntries(
      pointNames.map((name) => [
        name,
        z.array(contributionPointTable[name].entrySchema).max(maxEntries).exactOptional(),
      ]),
    ) as Record<ContributionPointName, z.ZodExactOptional<z.ZodArray<z.ZodType<{ id: string }>>>>),
    configuration: z
      .record(z.string(), z.unknown())
      .exactOptional()
      .describe("JSON Schema (draft 2020-12) of the plugin's settings: an object with properties."),
  })
  .describe('What the plugin registers when it is activated.');

/** The parts of a plugin's `package.json` that the host reads. Everything else there is let through. */
export const manifestSchema = z.looseObject({
  name: packageName,
  version: z.string().refine((version) => semver.valid(version) !== null, 'must be a semantic version'),
  engines: z.looseObject({
    eloquence: z
      .string()
      .refine(
        (range) => semver.validRange(range) !== null,
        'must be a range of semantic versions, for example ^2.0.0',
      )
      .describe('Versions of the plugin API that the plugin works with.'),
  }),
  contributes,
  pluginDependencies: z
    .array(packageName)
    .max(maxEntries)
    .exactOptional()
    .describe('Plugins that must be active before this one.'),
  enabledApiProposals: z
    .array(z.string().max(64))
    .max(maxEntries)
    .exactOptional()
    .describe('Parts of the API that are not final and that the plugin uses all the same.'),
});

/** The manifest's schema as JSON Schema (draft 2020-12): for editors, and for the documentation. */
export function manifestJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(manifestSchema, { target: 'draft-2020-12' });
}
