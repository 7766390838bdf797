import { EloquenceError } from '@eloquence/plugin-api';

/** A field of a body that must be one of a few words. @throws EloquenceError `OPTION_INVALID` */
export function oneOf<const Word extends string>(name: string, value: unknown, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw invalid(name, value, `Give ${name} as one of: ${words.join(', ')}.`);
}

/** A number within limits, both included. @throws EloquenceError `OPTION_INVALID` */
export function numberWithin(name: string, value: unknown, [low, high]: readonly [number, number]): number {
  if (typeof value === 'number' && value >= low && value <= high) return value;
  throw invalid(name, value, `Give ${name} as a number from ${low} to ${high}.`);
}

/** Refuses fields that nobody reads: they are misspelt. @throws EloquenceError `OPTION_INVALID` */
export function onlyFields(body: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const unknown = Object.keys(body).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw invalid(unknown.slice(0, 40), body[unknown], `Fields: ${names.join(', ')}.`);
}

export function invalid(name: string, value: unknown, hint: string): EloquenceError {
  const shown = (JSON.stringify(value) ?? 'missing').slice(0, 80);
  return new EloquenceError('OPTION_INVALID', `'${name}' is ${shown}.`, { value, hint });
}

export function asRecord(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw invalid('body', body, 'Send one JSON object.');
}
