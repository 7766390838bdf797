import { EloquenceError } from '@eloquence/plugin-api';

/** How one field of a profile is checked; throws `PROFILE_INVALID` naming the field's path. */
export type FieldCheck = (value: unknown, path: string) => void;

export function profileError(path: string, expected: string, value: unknown): EloquenceError {
  return new EloquenceError('PROFILE_INVALID', `${path} must be ${expected}; it is ${shown(value)}.`, {
    value,
    hint: `Give ${path} ${expected}.`,
  });
}

export function number(min: number, max: number, unit: string): FieldCheck {
  return (value, path) => {
    if (typeof value === 'number' && value >= min && value <= max) return;
    throw profileError(path, `a number from ${min} to ${max}${unit === '' ? '' : ` ${unit}`}`, value);
  };
}

export function integer(min: number, max: number): FieldCheck {
  return (value, path) => {
    if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return;
    throw profileError(path, `a whole number from ${min} to ${max}`, value);
  };
}

export function text(maxLength: number): FieldCheck {
  return (value, path) => {
    if (typeof value === 'string' && value.trim() !== '' && value.length <= maxLength) return;
    throw profileError(path, `a text of 1 to ${maxLength} characters`, value);
  };
}

export function matching(pattern: RegExp, expected: string): FieldCheck {
  return (value, path) => {
    if (typeof value === 'string' && value.length <= 64 && pattern.test(value)) return;
    throw profileError(path, expected, value);
  };
}

/** Numbers of which each is greater than the one before. */
export function ascendingNumbers(maxCount: number, min: number, max: number, unit: string): FieldCheck {
  const expected = `a list of at most ${maxCount} ascending numbers from ${min} to ${max} ${unit}`;
  return (value, path) => {
    if (!Array.isArray(value) || value.length > maxCount) throw profileError(path, expected, value);
    const items: readonly unknown[] = value;
    for (const [index, item] of items.entries()) {
      number(min, max, unit)(item, `${path}[${index}]`);
      if (index > 0 && (item as number) <= (items[index - 1] as number))
        throw profileError(path, expected, value);
    }
  };
}

/** An object with exactly these fields. */
export function object(fields: Readonly<Record<string, FieldCheck>>): FieldCheck {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw profileError(path, `an object with ${Object.keys(fields).join(', ')}`, value);
    }
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(fields, key)) continue;
      throw new EloquenceError('PROFILE_INVALID', `${path} has no field ${JSON.stringify(key)}.`, {
        value: key,
        hint: `Its fields are ${Object.keys(fields).join(', ')}.`,
      });
    }
    for (const [key, check] of Object.entries(fields)) {
      check((value as Readonly<Record<string, unknown>>)[key], `${path}.${key}`);
    }
  };
}

function shown(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'missing';
    case 'string':
      return value.length > 80 ? `${JSON.stringify(value.slice(0, 77))}…` : JSON.stringify(value);
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? `a list of ${value.length}` : 'an object';
    default:
      return `a ${typeof value}`;
  }
}
