import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { continuationName, readContinuationName } from './continuation-name.js';

describe('continuationName', () => {
  it('is read back as it was written, whatever the track is called', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.record({
          channel: fc.integer({ min: 0, max: 15 }),
          utteranceSequence: fc.integer({ min: 0, max: 0xffff }),
          frame: fc.integer({ min: 0, max: 0xffffff }),
        }),
        (name, place) => {
          expect(readContinuationName(continuationName(name, place))).toEqual({ ...place });
        },
      ),
    );
  });

  it.each([
    undefined,
    '',
    'speech',
    'speech~',
    'speech~1.2',
    '~16.1.1',
    '~1.65536.1',
    '~1.1.16777216',
    '~1.1.1 ',
  ])('reads nothing from %j', (name) => expect(readContinuationName(name)).toBeUndefined());
});
