import { EloquenceError } from '@eloquence/plugin-api';
import { attributesFault } from '@eloquence/wire';

/** @throws EloquenceError `OPTION_INVALID` */
export function inRange(name: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw new EloquenceError('OPTION_INVALID', `${name} must be ${min} to ${max}: ${value}`, {
    value,
    hint: `Leave ${name} out for the default.`,
  });
}

/**
 * A copy: what the caller changes later is not told.
 *
 * @throws EloquenceError `OPTION_INVALID`
 */
export function checkedAttributes(
  attributes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const fault = attributesFault(attributes);
  if (fault === undefined) return { ...attributes };
  throw new EloquenceError('OPTION_INVALID', fault, {
    value: attributes,
    hint: "Give a few short texts, such as { network: 'metered' }.",
  });
}
