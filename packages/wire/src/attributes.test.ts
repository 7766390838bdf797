import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Attributes,
  type HelloPacket,
  attributesFault,
  decodePacket,
  encodeHelloPacket,
} from './index.js';

const hello: HelloPacket = {
  type: 'hello',
  receiverId: 7,
  nonce: 5,
  minVersion: 2,
  maxVersion: 2,
  bufferMs: 120_000,
  codecIds: ['opus'],
  probeNonce: 1,
  probeSendTimeMs: 2,
  newestUtteranceSequence: 3,
  wantsWords: true,
  holds: Uint8Array.of(1, 2),
};

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9._-]{0,31}$/);
const value = fc.stringMatching(/^[\x20-\x7e]{0,64}$/);
const sound = fc
  .dictionary(name, value, { maxKeys: 8 })
  .filter((attributes) => attributesFault(attributes) === undefined);

/** A HELLO with this block of attributes behind it. */
function withBlock(pairs: readonly (readonly [string, string])[]): Uint8Array {
  const block = pairs.flat().flatMap((text) => [text.length, ...Buffer.from(text, 'latin1')]);
  return Uint8Array.from([...encodeHelloPacket(hello), 0x41, block.length, ...block]);
}

describe('attributes of a HELLO', () => {
  it('are read as they were written, and cost nothing where there are none', () => {
    fc.assert(
      fc.property(sound, (attributes) => {
        const bytes = encodeHelloPacket({ ...hello, attributes });
        const isEmpty = Object.keys(attributes).length === 0;
        expect(decodePacket(bytes)).toEqual(isEmpty ? hello : { ...hello, attributes });
        if (isEmpty) expect(bytes).toEqual(encodeHelloPacket(hello));
        expect(bytes.length - encodeHelloPacket(hello).length).toBeLessThanOrEqual(257);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, Attributes]>([
    ['nine of them', Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`n${at}`, '']))],
    ['a name of 33 characters', { ['n'.repeat(33)]: '' }],
    ['an empty name', { '': 'x' }],
    ['a name that begins with a digit', { '1st': 'x' }],
    ['the name of a prototype', JSON.parse('{"__proto__":"x"}') as Attributes],
    ['a value of 65 characters', { name: 'x'.repeat(65) }],
    ['a value beyond ASCII', { name: 'gedrosselt für heute' }],
    ['a value with a line break', { name: 'a\nb' }],
    ['a value that is no text', { name: 7 } as unknown as Attributes],
    ['256 bytes', { a: 'x'.repeat(64), b: 'x'.repeat(64), c: 'x'.repeat(64), d: 'x'.repeat(52) }],
  ])('are refused: %s', (_, attributes) => {
    expect(attributesFault(attributes)).toMatch(/attribute/i);
    expect(() => encodeHelloPacket({ ...hello, attributes })).toThrow(RangeError);
  });

  it('may take 255 bytes', () => {
    const attributes = { a: 'x'.repeat(64), b: 'x'.repeat(64), c: 'x'.repeat(64), d: 'x'.repeat(51) };
    expect(decodePacket(encodeHelloPacket({ ...hello, attributes }))).toEqual({ ...hello, attributes });
  });

  it.each<[string, readonly (readonly [string, string])[]]>([
    ['no pair', []],
    [
      'a name twice',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['nine pairs', Array.from({ length: 9 }, (_, at) => [`n${at}`, ''] as const)],
    ['a name that is none', [['__proto__', 'x']]],
    ['a value that is too long', [['a', 'x'.repeat(65)]]],
    ['a value outside ASCII', [['a', '\xff']]],
  ])('make a HELLO malformed that says %s', (_, pairs) => {
    expect(decodePacket(withBlock([['a', 'b']]))).toEqual({ ...hello, attributes: { a: 'b' } });
    expect(decodePacket(withBlock(pairs)).type).toBe('malformed');
  });

  it('make a HELLO malformed that is cut off within them; other blocks and bytes behind are skipped', () => {
    const bytes = encodeHelloPacket({ ...hello, attributes: { network: 'metered', page: '' } });
    for (let length = encodeHelloPacket(hello).length + 1; length < bytes.length; length++)
      expect(decodePacket(bytes.subarray(0, length)).type).toBe('malformed');
    const read = decodePacket(bytes);
    expect(decodePacket(Uint8Array.from([...bytes, 1, 2, 3]))).toEqual(read);
    const plain = encodeHelloPacket(hello);
    const foreign = [0x99, 3, 0x41, 1, 1];
    expect(decodePacket(Uint8Array.from([...plain, ...foreign, ...bytes.subarray(plain.length)]))).toEqual(
      read,
    );
    expect(decodePacket(Uint8Array.from([...plain, ...foreign]))).toEqual(decodePacket(plain));
  });

  it('are never more than was allowed, whatever the bytes', () => {
    const tail = fc.uint8Array({ maxLength: 300 });
    const start = encodeHelloPacket(hello);
    fc.assert(
      fc.property(tail, fc.boolean(), (bytes, isTagged) => {
        const tag = isTagged ? [0x41, Math.min(255, bytes.length)] : [];
        const read = decodePacket(Uint8Array.from([...start, ...tag, ...bytes]));
        if (read.type === 'malformed') return;
        expect(read).toMatchObject({ ...hello });
        if (read.type === 'hello' && read.attributes !== undefined)
          expect(attributesFault(read.attributes)).toBeUndefined();
      }),
      { numRuns: 5000 },
    );
  });
});
