import { findJsonPosition, positionAt } from '../discovery/json-position.js';
import type { ConfigFile } from './config-file.js';

/** Where a part of the configuration is written, as `file:line:column`: exact in JSON, as good as can be in code. */
export function configPlace({ file, text }: ConfigFile, path: readonly (string | number)[]): string {
  const place = file.endsWith('.json') ? findJsonPosition(text, path) : findInCode(text, path);
  return place === undefined ? file : `${file}:${place.line}:${place.column}`;
}

/** Follows the names of the path through the text, one after the other, as far as they are found. */
function findInCode(text: string, path: readonly (string | number)[]): ReturnType<typeof positionAt> {
  let offset = Math.max(0, text.search(/export\s+default/));
  for (const name of path) {
    if (typeof name === 'number') continue;
    const key = new RegExp(`(['"\`]?)${name.replace(/[^\w]/g, '\\$&')}\\1(?=\\s*[:,}\\]])`, 'g');
    key.lastIndex = offset;
    const found = key.exec(text);
    if (found === null) break;
    offset = found.index;
  }
  return positionAt(text, offset);
}
