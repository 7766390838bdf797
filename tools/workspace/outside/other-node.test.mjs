import { describe, expect, it } from 'vitest';
import { findOtherNode } from './other-node.mjs';

describe('findOtherNode', () => {
  it('says what is missing on a machine that there is no Node for', async () => {
    const found = await findOtherNode('abacus-32');
    expect(found).toEqual({
      missing: expect.stringMatching(/^no package of npm holds Node 2[02] for abacus-32$/),
    });
  });
});
