import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { workspaceDir } from './testing/page-server.js';
import { PlayerPage, PlayerHarness, digestOf, pcmSource, sourceRateHz } from './testing/player-harness.js';
import { speechSignal } from './testing/speech-signal.js';
import { PlainTab } from './testing/tab.js';

const harness = await PlayerHarness.start({ mayAutoplay: false });

const strict =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; connect-src *; worker-src";

describe.skipIf(harness === undefined)('pages around a player', () => {
  afterEach(() => harness!.clear());
  afterAll(() => harness!.stop());

  const addressOf = async (path: string, room: string): Promise<string> =>
    `${path}?url=${encodeURIComponent(harness!.server.url)}&token=${await harness!.token(room, 'page')}`;

  it('plays in the plain page of the guide, which has no more than 15 lines', async () => {
    const guide = await readFile(join(workspaceDir, 'docs/guides/browser.md'), 'utf8');
    const html = /```html\n(.*?)```/s.exec(guide)![1]!;
    expect(html.trim().split('\n').length).toBeLessThanOrEqual(15);
    harness!.pages.pages.set('/plain.html', html);
    const room = harness!.newRoomName();
    const page = await harness!.openPage(await addressOf('/plain.html', room));
    await page.click('#listen');
    const streamer = await harness!.speakerWhenHeard(room);
    const metrics = await streamer.say(pcmSource(speechSignal(800, sourceRateHz))).done;
    expect(metrics).toMatchObject({ outcome: 'complete', framesLost: 0 });
    expect(metrics.framesPlayed).toBe(metrics.framesSent);
    await expect.poll(() => page.title()).toBe('agent speaks');
  });

  it('plays in an application that Vite bundled', async () => {
    const entry = `
      import { attachPlayer } from '@eloquence/player';
      import { Room } from 'livekit-client';
      const { url, token } = Object.fromEntries(new URLSearchParams(location.search));
      document.getElementById('listen').onclick = async () => {
        const room = new Room();
        const player = await attachPlayer(room);
        player.onDidFinishUtterance(({ outcome }) => (document.title = outcome + ' ' + player.stats.engine.thread));
        await room.connect(url, token);
      };`;
    const output = await build({
      root: join(workspaceDir, 'apps/demo-e2e'),
      configFile: false,
      logLevel: 'error',
      build: { write: false, rolldownOptions: { input: 'virtual:entry' } },
      plugins: [
        {
          name: 'entry',
          resolveId: (id) =>
            id === 'virtual:entry' ? join(workspaceDir, 'apps/demo-e2e/entry.js') : undefined,
          load: (id) => (id.endsWith('demo-e2e/entry.js') ? entry : undefined),
        },
      ],
    });
    if (!('output' in output)) throw new Error('not one output');
    for (const chunk of output.output)
      if (chunk.type === 'chunk') harness!.pages.pages.set(`/${chunk.fileName}`, chunk.code);
    const script = output.output.find((chunk) => chunk.type === 'chunk' && chunk.isEntry)!.fileName;
    harness!.pages.pages.set(
      '/vite.html',
      `<!doctype html><button id="listen"></button><script type="module" src="/${script}"></script>`,
    );
    const room = harness!.newRoomName();
    const page = await harness!.openPage(await addressOf('/vite.html', room));
    await page.click('#listen');
    const streamer = await harness!.speakerWhenHeard(room);
    await streamer.say(pcmSource(speechSignal(800, sourceRateHz))).done;
    await expect.poll(() => page.title()).toBe('complete worker');
  });

  it('waits for the user, and then plays from the beginning', async () => {
    const room = harness!.newRoomName();
    const tab = await PlainTab.open(harness!.browser, `${harness!.pages.origin}/player.html`, true);
    const page = new PlayerPage(tab);
    await page.start({
      url: harness!.server.url,
      token: await harness!.token(room, 'page'),
      options: { reportsFrames: true },
    });
    expect(page.started).toMatchObject({ state: 'locked' });
    const streamer = await harness!.speaker(room);
    const utterance = streamer.say(pcmSource(speechSignal(1500, sourceRateHz)));
    const digest = digestOf(utterance);
    await utterance.delivered;
    expect(await page.eventsOf('StartPlayout')).toEqual([]);
    await tab.evaluate("document.getElementById('unlock').click()", true);
    const [finished] = await page.waitFor('FinishUtterance');
    expect(finished).toMatchObject({ outcome: 'complete', framesLost: 0, stalls: 0 });
    expect((await page.takeDigest()).digest).toBe(digest());
    expect((await page.eventsOf('State')).map(({ value }) => value)).toEqual(['running']);
    await tab.close();
  });

  it('plays under a policy without blob: when the files are named', async () => {
    const room = harness!.newRoomName();
    const page = await harness!.listen({
      room,
      csp: `${strict} 'self'`,
      record: false,
      options: { engineUrl: '/eloquence-engine.js', workletUrl: '/eloquence-worklet.js' },
    });
    await page.click('#unlock');
    const streamer = await harness!.speaker(room);
    expect(streamer.lane).toBe('data');
    await streamer.say(pcmSource(speechSignal(600, sourceRateHz))).done;
    expect(await page.call('stats')).toMatchObject({ engine: { thread: 'worker' } });
  });

  it('does without a worker under a policy that forbids it', async () => {
    const room = harness!.newRoomName();
    const page = await harness!.listen({
      room,
      csp: `${strict} 'none'`,
      record: false,
      options: { engineUrl: '/eloquence-engine.js', workletUrl: '/eloquence-worklet.js' },
    });
    await page.click('#unlock');
    const streamer = await harness!.speaker(room);
    const metrics = await streamer.say(pcmSource(speechSignal(600, sourceRateHz))).done;
    expect(metrics).toMatchObject({ lane: 'data', outcome: 'complete' });
    expect(await page.call('stats')).toMatchObject({ engine: { thread: 'main' } });
  });

  it('plays the media lane alone where the data lane cannot be played, and says why', async () => {
    const room = harness!.newRoomName();
    const page = await harness!.listen({ room, csp: `${strict} 'self'`, record: false });
    expect(page.started).toMatchObject({
      dataLaneError: { code: 'LANE_UNAVAILABLE', hint: expect.stringContaining('workletUrl') },
    });
    const streamer = await harness!.speaker(room);
    expect(streamer.lane).toBe('media');
    await page.click('#unlock');
    await streamer.say(pcmSource(speechSignal(2000, sourceRateHz), 4)).done;
    expect(await page.waitFor('ChangeLane')).toMatchObject([{ sender: 'agent', lane: 'media' }]);
  });
});
