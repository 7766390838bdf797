import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogTail } from './run-command.js';

describe('LogTail', () => {
  it('keeps the last lines however the text is cut', () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 30 }),
        fc.array(fc.nat(200), { maxLength: 10 }),
        fc.integer({ min: 1, max: 10 }),
        (lines, cuts, capacity) => {
          const text = lines.map((line) => `${line}\n`).join('');
          const tail = new LogTail(capacity);
          let from = 0;
          for (const to of [...cuts.sort((a, b) => a - b), text.length]) {
            tail.push(text.slice(from, to));
            from = Math.max(from, Math.min(to, text.length));
          }
          expect(tail.lines()).toEqual(lines.slice(-capacity));
          expect(tail.dropped).toBe(Math.max(0, lines.length - capacity));
        },
      ),
    );
  });

  it('bounds a line that never ends', () => {
    const tail = new LogTail(3);
    for (let i = 0; i < 100; i++) tail.push('x'.repeat(1000));
    expect(tail.lines().join('').length).toBeLessThanOrEqual(2000);
  });
});
