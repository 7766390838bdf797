import { createSystemClock } from '@eloquence/plugin-api';
import type { Terminal } from '@eloquence/cli';
import type { runSpeak } from '@eloquence/testbed';
import { expect, it } from 'vitest';
import { runComparison } from './run-comparison.js';

it('speaks several times in turns, Eloquence first, and no single run decides', async () => {
  const asked: Parameters<typeof runSpeak>[0][] = [];
  const speak: typeof runSpeak = async (options) => {
    asked.push(options);
    throw new Error('enough');
  };
  const context = {
    terminal: { err: () => undefined, canRedraw: false } as unknown as Terminal,
    signal: new AbortController().signal,
    clock: createSystemClock(),
    speak,
  };
  await expect(runComparison({ links: [undefined as never], isJson: true }, context)).rejects.toThrow(
    'enough',
  );
  expect(asked).toMatchObject([{ count: 3, isSeries: true, lanes: ['data', 'legacy'] }]);
});
