import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonPosition, positionAt, splitPath } from './json-position.js';

const text = `{
  "name": "a \\"quoted\\" {name}",
  "contributes": {
    "codecs": [{ "id": "x" }, { "id": "Y", "other": [1, [2, -3.5e1], null] }],
    "configuration": {}
  },
  "last": true
}`;

const charsAt = (path: (string | number)[]): string | undefined => {
  const position = findJsonPosition(text, path);
  return position && text.split('\n')[position.line - 1]?.slice(position.column - 1, position.column + 5);
};

describe('findJsonPosition', () => {
  it.each([
    [['name'], '"name"'],
    [['contributes', 'codecs', 1, 'id'], '"id": '],
    [['contributes', 'codecs', 1, 'other', 1, 1], '-3.5e1'],
    [['contributes', 'configuration'], '"confi'],
    [['last'], '"last"'],
    [[], '{'],
  ])('finds %j', (path, start) => {
    expect(charsAt(path)).toBe(start);
  });

  it('gives the nearest place on the way where the path leads nowhere', () => {
    expect(charsAt(['contributes', 'codecs', 7, 'id'])).toBe('"codec');
    expect(charsAt(['nothing'])).toBe('{');
  });

  it('gives nothing for what is not JSON', () => {
    for (const wrong of ['', '{', '{"a" 1}', '{"a": ', "{'a': 1}", '[1, 2']) {
      expect(findJsonPosition(wrong, ['a', 0])).toBeUndefined();
    }
  });

  it('finds every value of any JSON, however it is laid out', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 2, '\t'), (json, space) => {
        const printed = JSON.stringify(json, null, space);
        const visit = (value: unknown, path: (string | number)[]): void => {
          const place = findJsonPosition(printed, path)!;
          const rest = printed
            .split('\n')
            .slice(place.line - 1)
            .join('\n')
            .slice(place.column - 1);
          const key = path.at(-1);
          expect(
            rest.startsWith(typeof key === 'string' ? JSON.stringify(key) : JSON.stringify(value)[0]!),
          ).toBe(true);
          if (Array.isArray(value)) value.forEach((item, index) => visit(item, [...path, index]));
          else if (typeof value === 'object' && value !== null)
            for (const [name, item] of Object.entries(value)) visit(item, [...path, name]);
        };
        visit(json, []);
      }),
      { numRuns: 200 },
    );
  });
});

describe('places and paths', () => {
  it('count lines and columns from 1', () => {
    expect([positionAt('ab\ncd', 0), positionAt('ab\ncd', 4)]).toEqual([
      { line: 1, column: 1 },
      { line: 2, column: 2 },
    ]);
  });

  it('splits printed paths', () => {
    expect(splitPath('contributes.codecs[0].id')).toEqual(['contributes', 'codecs', 0, 'id']);
    expect(splitPath('')).toEqual([]);
  });
});
