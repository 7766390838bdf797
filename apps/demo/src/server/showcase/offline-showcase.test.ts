import { VirtualClock } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { EventFeed } from '../event-feed.js';
import { OfflineShowcase } from './offline-showcase.js';

describe('OfflineShowcase', () => {
  const clock = new VirtualClock();
  const showcase = new OfflineShowcase(new EventFeed(clock), clock, {
    reason: 'No Go.',
    hint: 'Install it.',
  });

  it('says what is missing and what to do', async () => {
    const session = await showcase.openSession();
    expect(session).toMatchObject({
      server: { kind: 'simulated', url: null, reason: 'No Go.', hint: 'Install it.' },
      arms: [],
      state: { problems: [{ code: 'SERVER_UNAVAILABLE' }], network: { isEmulated: false } },
    });
    expect(session.presets.map(({ name }) => name)).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'S']);
  });

  it('refuses everything with that reason', async () => {
    for (const handler of Object.values(showcase.handlers))
      await expect(handler({})).rejects.toMatchObject({ code: 'SERVER_UNAVAILABLE', hint: 'Install it.' });
  });
});
