import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { PlayerPage, PlayerRig, digestOf, pcmSource, sourceRateHz } from './testing/player-rig.js';
import { speechSignal } from './testing/speech-signal.js';
import { PlainTab } from './testing/tab.js';

const rig = await PlayerRig.start({ throttles: true });
/** How long the speech is that a hidden tab plays, s. */
const seconds = Number(process.env['ELOQUENCE_HIDDEN_SECONDS'] ?? 8);

const timerFires = `new Promise((resolve) => {
  let fires = 0;
  const timer = setInterval(() => fires++, 10);
  setTimeout(() => (clearInterval(timer), resolve(fires)), 2000);
})`;

describe.skipIf(rig === undefined)('a hidden tab', () => {
  const tabs: PlainTab[] = [];
  afterEach(async () => {
    for (const tab of tabs.splice(0)) await tab.close();
    await rig!.clear();
  });
  afterAll(() => rig!.stop());

  it.each([
    ['a worker', {}],
    ['the main thread', { worker: 'off' }],
  ])(
    'goes on with %s, whatever becomes of its timers',
    async (_name, options) => {
      const room = rig!.newRoomName();
      const tab = await PlainTab.open(rig!.browser, `${rig!.pages.origin}/player.html`, true);
      tabs.push(tab);
      const page = new PlayerPage(tab);
      await page.start({
        url: rig!.server.url,
        token: await rig!.token(room, 'page'),
        options: { reportsFrames: true, ...options },
      });
      const other = await PlainTab.open(rig!.browser, 'about:blank');
      tabs.push(other);
      await other.activate();
      await expect.poll(() => page.call('visibility')).toBe('hidden');
      expect(await tab.evaluate(timerFires)).toBeLessThan(20);

      const streamer = await rig!.speaker(room, 'agent', { profile: 'BALANCED_OPTIMAL' });
      const utterance = streamer.say(pcmSource(speechSignal(1000 * seconds, sourceRateHz), 3));
      const digest = digestOf(utterance);
      await utterance.done;
      const [finished] = await page.waitFor('FinishUtterance');
      expect(finished).toMatchObject({ outcome: 'complete', framesLost: 0, framesDuplicated: 0, stalls: 0 });
      expect((await page.takeDigest()).digest).toBe(digest());
      expect(await page.silences()).toEqual([]);
    },
    90_000,
  );
});
