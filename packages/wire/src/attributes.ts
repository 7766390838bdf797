import type { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';

/** What a receiver says of itself and its link, for example `{ network: 'metered' }`. */
export type Attributes = Readonly<Record<string, string>>;

const maxAttributes = 8;
const maxBytes = 255;
const namePattern = /^[A-Za-z][A-Za-z0-9._-]{0,31}$/;
const valuePattern = /^[\x20-\x7e]{0,64}$/;

/** What keeps attributes from being told, as a sentence; `undefined` if nothing does. */
export function attributesFault(attributes: Attributes): string | undefined {
  const entries = Object.entries<unknown>(attributes);
  if (entries.length > maxAttributes)
    return `There may be ${maxAttributes} attributes at most, not ${entries.length}.`;
  let bytes = 0;
  for (const [name, value] of entries) {
    if (!namePattern.test(name))
      return `The name of an attribute has 1 to 32 letters, digits, '.', '_' and '-', and begins with a letter: '${name}'.`;
    if (typeof value !== 'string' || !valuePattern.test(value))
      return `The value of an attribute is a text of printable ASCII with 64 characters at most: '${name}'.`;
    bytes += name.length + value.length + 2;
  }
  return bytes > maxBytes ? `Attributes may take ${maxBytes} bytes at most, not ${bytes}.` : undefined;
}

/** @throws RangeError for attributes that cannot be told */
export function writeAttributes(block: ByteWriter, attributes: Attributes): void {
  const fault = attributesFault(attributes);
  if (fault !== undefined) throw new RangeError(fault);
  for (const [name, value] of Object.entries(attributes)) {
    block.shortText(name);
    block.shortText(value);
  }
}

/** `undefined` if a name is there twice, or an attribute could not have been written. */
export function readAttributes(block: ByteReader): Attributes | undefined {
  const entries: [name: string, value: string][] = [];
  while (block.remaining > 0) entries.push([block.shortText(), block.shortText()]);
  if (block.isExhausted) return undefined;
  const attributes = Object.freeze(Object.fromEntries(entries));
  const isSound = Object.keys(attributes).length === entries.length && entries.length > 0;
  return isSound && attributesFault(attributes) === undefined ? attributes : undefined;
}
