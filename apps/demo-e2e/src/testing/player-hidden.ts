import { type PlayerHarness, PlayerPage, digestOf, pcmSource, sourceRateHz } from './player-harness.js';
import { speechSignal } from './speech-signal.js';
import { PlainTab } from './tab.js';

export interface HiddenFigures {
  readonly stalls: number;
  readonly framesLost: number;
  readonly framesDuplicated: number;
  /** Silences of 20 ms or more within what came out of the worklet. */
  readonly silences: number;
  /** What was played is, frame by frame, what was sent. */
  readonly isSame: boolean;
  /** Whether the page was hidden, by its own word, before the speech and after it. */
  readonly wasHidden: boolean;
  /** How often a timer of 10 ms fired in 2 s; 200 in a page that is seen. */
  readonly timerFires: number;
}

const countFires = `new Promise((resolve) => {
  let fires = 0;
  const timer = setInterval(() => fires++, 10);
  setTimeout(() => (clearInterval(timer), resolve(fires)), 2000);
})`;

/**
 * Speaks to a page whose tab is behind another one of its window, as a user's is: Chromium calls it hidden, and slows
 * its timers down to one a second. Nothing of that is emulated; the rig must be started with `throttles`.
 */
export async function measureHidden(
  harness: PlayerHarness,
  seconds: number,
  options: Record<string, unknown> = {},
): Promise<HiddenFigures> {
  const room = harness.newRoomName();
  const tab = await PlainTab.open(harness.browser, `${harness.pages.origin}/player.html`, true);
  const tabs = [tab];
  try {
    const page = new PlayerPage(tab);
    await page.start({
      url: harness.server.url,
      token: await harness.token(room, 'page'),
      options: { reportsFrames: true, ...options },
    });
    const other = await PlainTab.open(harness.browser, 'about:blank');
    tabs.push(other);
    await other.activate();
    await untilHidden(page);
    const timerFires = await tab.evaluate<number>(countFires);

    const streamer = await harness.speaker(room, 'agent', { profile: 'BALANCED_OPTIMAL' });
    const utterance = streamer.say(pcmSource(speechSignal(1000 * seconds, sourceRateHz), 3));
    const digest = digestOf(utterance);
    await utterance.done;
    const [finished] = await page.waitFor('FinishUtterance');
    return {
      stalls: Number(finished!['stalls']),
      framesLost: Number(finished!['framesLost']),
      framesDuplicated: Number(finished!['framesDuplicated']),
      isSame: (await page.takeDigest()).digest === digest(),
      silences: (await page.silences()).length,
      wasHidden: (await page.call('visibility')) === 'hidden',
      timerFires,
    };
  } finally {
    for (const each of tabs) await each.close();
    await harness.clear();
  }
}

async function untilHidden(page: PlayerPage): Promise<void> {
  const endMs = performance.now() + 10_000;
  while ((await page.call('visibility')) !== 'hidden') {
    if (performance.now() > endMs) throw new Error('the tab behind another one does not call itself hidden');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
