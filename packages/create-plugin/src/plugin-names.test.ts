import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivePluginNames } from './plugin-names.js';

describe('derivePluginNames', () => {
  it('derives everything from the name of the package', () => {
    expect(derivePluginNames('@acme/eloquence-two-frames', 'batcher')).toEqual({
      packageName: '@acme/eloquence-two-frames',
      folder: 'eloquence-two-frames',
      id: 'two-frames',
      upperId: 'TWO_FRAMES',
      stem: 'two-frames',
      pascalId: 'TwoFrames',
      camelId: 'twoFrames',
    });
  });

  it('does not say the kind twice', () => {
    expect(derivePluginNames('mulaw-codec', 'codec')).toMatchObject({ id: 'mulaw-codec', stem: 'mulaw' });
    expect(derivePluginNames('codec', 'codec')).toMatchObject({ id: 'codec', stem: 'codec' });
  });

  it.each(['', 'Mulaw', 'my codec', '@acme', '@acme/', '../mulaw', 'a'.repeat(215), 'µ-law'])(
    'refuses %j as a name',
    (name) => {
      expect(() => derivePluginNames(name, 'codec')).toThrow(/cannot be the/);
    },
  );

  it('asks for an id where the name makes none', () => {
    expect(() => derivePluginNames('@acme/3d-sound', 'codec')).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', hint: expect.stringContaining('--id') }),
    );
    expect(derivePluginNames('@acme/3d-sound', 'codec', 'sound').id).toBe('sound');
  });

  it('makes identifiers of every id', () => {
    const id = fc.stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8}){0,3}$/);
    fc.assert(
      fc.property(id, (value) => {
        const { camelId, pascalId, upperId } = derivePluginNames('x', 'codec', value);
        expect(camelId).toMatch(/^[a-z][A-Za-z0-9]*$/);
        expect(pascalId).toMatch(/^[A-Z][A-Za-z0-9]*$/);
        expect(upperId).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
      }),
    );
  });
});
