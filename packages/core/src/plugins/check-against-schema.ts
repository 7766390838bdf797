import { nameHint } from '@eloquence/base';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';

/** One thing about a value that its JSON Schema does not allow. */
export interface SchemaProblem {
  /** Where: keys and indices from the outside in. */
  readonly path: readonly (string | number)[];
  /** A sentence's end such as `must be a string`, to follow the path. */
  readonly message: string;
  readonly value: unknown;
  readonly hint?: string;
}

/** Checks a value against a JSON Schema (draft 2020-12); wrong names come with the nearest right one. */
export function checkAgainstSchema(
  value: unknown,
  schema: Readonly<Record<string, unknown>>,
): SchemaProblem[] {
  const validate = new Ajv2020({ strict: false, allErrors: true, verbose: true, logger: false }).compile(
    schema,
  );
  if (validate(value)) return [];
  const problems = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'anyOf').map(problemOf);
  // An alternative that does not apply complains about the same place more than once.
  const places = new Set<string>();
  return problems.filter(({ path }) => {
    const place = path.join('\n');
    return !places.has(place) && places.add(place);
  });
}

function problemOf(error: ErrorObject): SchemaProblem {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const { additionalProperty, allowedValues } = error.params as {
    additionalProperty?: string;
    allowedValues?: readonly unknown[];
  };
  if (additionalProperty !== undefined) {
    const { properties = {} } = (error.parentSchema ?? {}) as { properties?: object };
    return {
      path: [...path, additionalProperty],
      message: 'is not known here',
      value: additionalProperty,
      hint: nameHint(additionalProperty, Object.keys(properties)),
    };
  }
  const value: unknown = error.data;
  if (allowedValues !== undefined) {
    const names = allowedValues.map(String);
    return {
      path,
      message: `must be one of ${names.join(', ')}`,
      value,
      hint: nameHint(String(value), names),
    };
  }
  return { path, message: error.message ?? 'is not valid', value };
}
