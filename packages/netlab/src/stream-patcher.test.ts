import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BytePatch, StreamPatcher } from './stream-patcher.js';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const text = (data: Uint8Array): string => Buffer.from(data).toString('latin1');

const PATCHES: readonly BytePatch[] = [
  { name: 'udp', find: bytes(' 7882 typ'), replace: bytes(' 4321 typ') },
  { name: 'tcp', find: bytes(' 7881 typ'), replace: bytes(' 1999 typ') },
  { name: 'header', find: bytes('\nsec-web:'), replace: bytes('\nxec-web:'), ignoreCase: true },
];

const patchWhole = (input: string): string =>
  input
    .replaceAll(' 7882 typ', ' 4321 typ')
    .replaceAll(' 7881 typ', ' 1999 typ')
    .replaceAll(/\n[Ss](ec-web:)/gi, '\nx$1');

/** Cuts `input` at the given places, patches the pieces, and joins what comes out at once and at the end. */
function patchInPieces(input: string, cuts: readonly number[]): { output: string; patcher: StreamPatcher } {
  const patcher = new StreamPatcher(PATCHES);
  const places = [...cuts.map((cut) => cut % (input.length + 1)), 0, input.length].sort((a, b) => a - b);
  let output = '';
  for (let index = 1; index < places.length; index++) {
    output += text(patcher.push(bytes(input.slice(places[index - 1], places[index]))));
  }
  return { output: output + text(patcher.release()), patcher };
}

describe('StreamPatcher', () => {
  const input =
    'a=candidate:1 1 udp 2130706431 127.0.0.1 7882 typ host\r\nSec-Web: x\r\n 7881 typ host 7882 typ ';

  it('replaces wherever the stream is cut', () => {
    for (let first = 0; first <= input.length; first++) {
      for (let second = first; second <= input.length; second++) {
        const { output, patcher } = patchInPieces(input, [first, second]);
        expect(output).toBe(patchWhole(input));
        expect(patcher.counts).toEqual({ udp: 2, tcp: 1, header: 1 });
      }
    }
  });

  it('replaces in any stream cut in any way', () => {
    const fragment = fc.constantFrom(
      ' 7882 typ',
      ' 7881 typ',
      ' 78',
      '82 typ',
      '\nSec-',
      'sec-web:',
      ' ',
      '\n',
      'x',
    );
    fc.assert(
      fc.property(fc.array(fragment), fc.array(fc.nat()), (fragments, cuts) => {
        const whole = fragments.join('');
        // Wherever the cuts are, the outcome is that of the whole.
        expect(patchInPieces(whole, cuts).output).toBe(patchInPieces(whole, []).output);
        expect(patchInPieces(whole, []).output).toBe(patchWhole(whole));
      }),
    );
  });

  it('holds back only what the next chunk may change', () => {
    const patcher = new StreamPatcher(PATCHES);
    expect(text(patcher.push(bytes('one two ')))).toBe('one two ');
    expect(patcher.heldBytes).toBe(0);
    expect(text(patcher.push(bytes('7882 t')))).toBe('');
    expect(patcher.heldBytes).toBe(6);
    expect(text(patcher.push(bytes('yp h')))).toBe('4321 typ h');
    expect(patcher.heldBytes).toBe(0);
  });

  it('lets go of what it holds when told, unchanged', () => {
    const patcher = new StreamPatcher(PATCHES);
    patcher.push(bytes('port 7882'));
    expect(text(patcher.release())).toBe('7882');
    expect(text(patcher.push(bytes(' typ host')))).toBe(' typ host');
    expect(patcher.counts['udp']).toBe(0);
  });

  it('refuses a patch that would change the length', () => {
    expect(() => new StreamPatcher([{ name: 'x', find: bytes('ab'), replace: bytes('c') }])).toThrow(
      /length/,
    );
  });
});
