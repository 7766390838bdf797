import { describe, expect, it } from 'vitest';
import { classifyPacket } from './direction-counters.js';

describe('classifyPacket', () => {
  it.each([
    [[0x00, 0x01], 'stun'],
    [[0x01, 0x01], 'stun'],
    [[20], 'dtls'],
    [[23, 254, 253], 'dtls'],
    [[63], 'dtls'],
    [[0x80, 111], 'rtp'],
    [[0x80, 111 | 0x80], 'rtp'],
    [[0x80, 200], 'rtcp'],
    [[0x81, 223], 'rtcp'],
    [[0xbf, 224], 'rtp'],
    [[64], 'other'],
    [[192], 'other'],
    [[], 'other'],
  ] as const)('%o is %s', (bytes, expected) => {
    expect(classifyPacket(Uint8Array.from(bytes))).toBe(expected);
  });
});
