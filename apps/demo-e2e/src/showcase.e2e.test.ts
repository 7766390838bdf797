import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAccessibilityIssues } from './testing/axe.js';
import { takeShifts, takeSound } from './testing/page-tap.js';
import { ShowcaseHarness, arms, until } from './testing/showcase-harness.js';
import { findIn, toRate } from './testing/speech-signal.js';
import { synthesise } from './testing/synthesise.js';

const harness = await ShowcaseHarness.start();
interface NetworkState {
  readonly preset: string | null;
  readonly settings: Readonly<
    Record<'delayMs' | 'jitterMs' | 'lossPercent' | 'burstMs' | 'rateKbps', number>
  >;
  readonly blackoutEndsAtMs: number | null;
}

const sentence = 'All of this sentence can be sent before you hear it, and that is the whole idea.';
const longer = `${sentence} If the network falters for a second, nobody notices, because the rest is already there.`;

describe.skipIf(harness === undefined)('the showcase in Chromium', () => {
  let page: Page;
  const { follower } = harness ?? ({} as ShowcaseHarness);

  beforeAll(async () => {
    page = await harness!.openReady();
  });
  afterAll(() => harness!.stop());

  const say = async (text: string): Promise<number> => {
    await page.fill('#text', text);
    const { mark } = harness!;
    await page.click('#play');
    await follower.waitFor('speakStart', () => true, mark);
    return mark;
  };

  it('is ready: three rooms joined through the link, nothing wrong, nothing loaded from elsewhere, nothing moved', async () => {
    expect(await takeShifts(page)).toEqual([]);
    expect(await page.getAttribute('#server', 'data-state')).toBe('real');
    expect(await page.innerText('#problems')).toBe('');
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    const origins = await page.evaluate<string[]>(
      `[...new Set(performance.getEntriesByType('resource').map(({ name }) => new URL(name).hostname))]`,
    );
    expect(origins.filter((name) => name !== '127.0.0.1' && name !== '')).toEqual([]);
    await harness!.screenshot(page, 'showcase-idle');
  });

  it('plays on three arms: the sound is what was sent, the margin what was measured, and nothing moves', async () => {
    await takeSound(page);
    await takeShifts(page);
    const mark = await say(sentence);
    await follower.waitFor('voice', ({ audioMs }) => Number(audioMs) > 2500, mark);
    await page.waitForTimeout(900);
    await harness!.screenshot(page, 'showcase-playing');
    const ends = await harness!.untilOver(mark);
    for (const arm of arms) expect(ends.get(arm)).toMatchObject({ outcome: 'complete' });
    expect(ends.get('eloquence')).toMatchObject({ figures: { framesLost: 0 } });
    await page.waitForTimeout(300);
    expect(await takeShifts(page)).toEqual([]);

    const firsts = follower.of('firstAudio', mark);
    expect(firsts).toHaveLength(3);
    const [ours, track, loop] = ['eloquence', 'track', 'legacy'].map((arm) =>
      Number(firsts.find((event) => event.arm === arm)?.['afterMs']),
    ) as [number, number, number];
    const bufferAheadMs = Math.min(track, loop) - ours;
    expect(await page.innerText('#verdict-value')).toMatch(
      new RegExp(`^${Math.round(Math.abs(bufferAheadMs))}\\sms$`),
    );
    expect(await page.getAttribute('#verdict', 'data-winner')).toBe(bufferAheadMs > 0 ? 'eloquence' : '');
    // The sender tells the words to the player, which tells them as they are heard.
    const letters = (text: string): string[] => text.match(/[\p{L}\d]+/gu) ?? [];
    expect(letters(await page.innerText('#captions-line'))).toEqual(letters(sentence));

    const { sound, sampleRateHz } = await takeSound(page);
    const { pcm, sampleRateHz: voiceHz } = await synthesise(sentence);
    const reference = toRate(pcm, voiceHz, sampleRateHz);
    const places = [0.4, 1.9, 3.4].map((seconds) => {
      const from = Math.round(seconds * sampleRateHz);
      return { from, ...findIn(sound, reference.subarray(from, from + Math.round(0.4 * sampleRateHz))) };
    });
    for (const { correlation } of places) expect(correlation).toBeGreaterThan(0.8);
    // Stalls, which a busy machine may bring, are silence between two pieces; nothing is left out or repeated.
    const begins = places.map(({ offset, from }) => offset - from);
    const { stalledMs } = ends.get('eloquence')!['figures'] as { stalledMs: number };
    const slack = 0.03 * sampleRateHz;
    expect(Math.min(begins[1]! - begins[0]!, begins[2]! - begins[1]!)).toBeGreaterThan(-slack);
    expect(begins[2]! - begins[0]!).toBeLessThan(slack + (1.2 * stalledMs * sampleRateHz) / 1000);
  });

  it('speaks through a blackout: nothing is lost on the Eloquence arm', async () => {
    const mark = await say(longer);
    await follower.waitFor('playout', ({ bufferAheadMs }) => Number(bufferAheadMs) > 1500, mark);
    await page.click('#blackout');
    await page.mouse.move(5, 5);
    await page.waitForSelector('#blackout[aria-pressed="true"]');
    await follower.waitFor(
      'network',
      ({ network }) => (network as NetworkState).blackoutEndsAtMs !== null,
      mark,
    );
    await follower.waitFor(
      'network',
      ({ network }) => (network as NetworkState).blackoutEndsAtMs === null,
      mark,
    );
    await page.waitForTimeout(800);
    await harness!.screenshot(page, 'showcase-blackout-recovered');
    const ends = await harness!.untilOver(mark);
    expect(ends.get('eloquence')).toMatchObject({ outcome: 'complete', figures: { framesLost: 0 } });
  });

  it('has an effect with each slider, on the link and on what is measured', async () => {
    const rtt = () => Number((follower.of('conditions').at(-1)?.['conditions'] as { rttMs: number }).rttMs);
    const before = rtt();
    const mark = await say(longer);
    for (const [key, press, isIt] of [
      ['delayMs', 'PageUp', (value: number) => value > 40],
      ['jitterMs', 'ArrowUp', (value: number) => value > 8],
      ['lossPercent', 'PageUp', (value: number) => value > 1],
      ['burstMs', 'ArrowUp', (value: number) => value > 40],
      ['rateKbps', 'ArrowDown', (value: number) => value < 2000],
    ] as const) {
      await page.focus(`#network-${key}`);
      for (let count = 0; count < 4; count++) await page.keyboard.press(press);
      const told = await follower.waitFor(
        'network',
        ({ network }) => isIt((network as NetworkState).settings[key]),
        mark,
      );
      expect((told['network'] as NetworkState).preset).toBeNull();
    }
    await harness!.untilOver(mark);
    expect(rtt()).toBeGreaterThan(before);
    const lost = follower.of('wire', mark).map(({ lostPackets }) => Number(lostPackets));
    expect(Math.max(...lost)).toBeGreaterThan(0);
    await page.click('[data-preset="B"]');
    await follower.waitFor('network', ({ network }) => (network as NetworkState).preset === 'B', mark);
  });

  it('shows a broken plugin in quarantine, and the utterance is complete', async () => {
    const mark = harness!.mark;
    await page.click('#break-codec-throws');
    await page.waitForSelector('#break-codec-throws[aria-pressed="true"]');
    await say(sentence);
    const fault = await follower.waitFor('pluginFault', ({ isQuarantined }) => isQuarantined === true, mark);
    const row = `[data-plugin="${String(fault['pluginId'])}"] .plugin-state`;
    await page.waitForSelector(`${row}[data-state="quarantined"]`);
    expect(await page.innerText(row)).toMatch(/^quarantined/);
    const ends = await harness!.untilOver(mark);
    expect(ends.get('eloquence')).toMatchObject({ outcome: 'complete', figures: { framesLost: 0 } });
    await page.click('#break-codec-throws');
    await page.waitForSelector('#break-codec-throws[aria-pressed="false"]');
  });

  it('falls silent on a barge-in, and says what was wasted', async () => {
    const mark = await say(longer);
    await follower.waitFor('playout', ({ state }) => state === 'playing', mark);
    await page.waitForTimeout(700);
    await page.keyboard.press('Escape');
    const stopped = await follower.waitFor(
      'stopped',
      ({ arm, silenceAfterMs }) => arm === 'eloquence' && silenceAfterMs !== null,
      mark,
    );
    expect(Number(stopped['wastedMs'])).toBeGreaterThan(0);
    await harness!.untilOver(mark);
    await until(
      page,
      `/Interrupted. Wasted: .* Silent after \\d/.test(document.querySelector('[data-arm="eloquence"] .arm-status').textContent)`,
    );
    await page.waitForTimeout(300);
    await takeSound(page);
    await page.waitForTimeout(600);
    const { sound } = await takeSound(page);
    expect(sound.length).toBeGreaterThan(0);
    expect(sound.every((sample) => sample === 0)).toBe(true);
    expect(await page.isDisabled('#stop')).toBe(true);
  });

  it('lets one arm be heard at a time', async () => {
    const loudest = async (): Promise<number> => {
      await page.waitForTimeout(300);
      await takeSound(page);
      await page.waitForTimeout(700);
      const { sound } = await takeSound(page);
      return sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    };
    const mark = await say(longer);
    await follower.waitFor(
      'playout',
      ({ state, bufferAheadMs }) => state === 'playing' && Number(bufferAheadMs) > 1500,
      mark,
    );
    expect(await loudest()).toBeGreaterThan(0.02);
    await page.check('input[name="hear"][value="legacy"]', { force: true });
    expect(await loudest()).toBeLessThan(0.001);
    await page.check('input[name="hear"][value="eloquence"]', { force: true });
    expect(await loudest()).toBeGreaterThan(0.02);
    await page.keyboard.press('Escape');
    await harness!.untilOver(mark);
  });

  it.each(['light', 'dark'] as const)('has no serious issue of accessibility, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    expect(await findAccessibilityIssues(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: null });
  });

  it('fits screens of 360 and 1600 px, in both languages', async () => {
    const isWide = 'document.documentElement.scrollWidth > innerWidth';
    for (const width of [360, 1600]) {
      await page.setViewportSize({ width, height: 900 });
      for (const locale of ['fr', 'en']) {
        await page.check(`input[name="locale"][value="${locale}"]`, { force: true });
        expect(await page.evaluate('document.documentElement.lang')).toBe(locale);
        expect(await page.evaluate(isWide)).toBe(false);
      }
      await harness!.screenshot(page, `showcase-${width}`);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('shows Eloquence first where the arms stand below each other', async () => {
    await page.setViewportSize({ width: 390, height: 900 });
    const inOrder = `[...document.querySelectorAll('.arm')]
      .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .map((card) => card.dataset.arm)`;
    expect((await page.evaluate<string[]>(inOrder))[0]).toBe('eloquence');
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('is usable by keyboard, with the focus to be seen', async () => {
    await page.evaluate('document.activeElement.blur()');
    const seen = new Set<string>();
    for (let count = 0; count < 60; count++) {
      await page.keyboard.press('Tab');
      const focus = await page.evaluate<{ id: string; isVisible: boolean }>(`(() => {
        const at = document.activeElement;
        const marks = [at, at.nextElementSibling].filter(Boolean);
        const isVisible = marks.some((each) => getComputedStyle(each).outlineStyle !== 'none');
        return { id: at.id || at.name || at.className || at.tagName, isVisible };
      })()`);
      if (focus.id !== 'BODY') expect(focus).toMatchObject({ isVisible: true });
      seen.add(focus.id);
    }
    for (const id of ['text', 'play', 'hear', 'theme', 'network-delayMs', 'blackout', 'swap-codec'])
      expect([...seen]).toContain(id);
  });

  it('plays what was asked for before its rooms were joined, from the first word on', async () => {
    const early = await harness!.open({}, async (opened) => {
      // So late that the server would have given up waiting.
      await opened.route('**/api/session', async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 7000));
        await route.continue();
      });
    });
    await until(early, `document.querySelector('#play')?.disabled === false`);
    const { mark } = harness!;
    await early.fill('#text', sentence);
    await early.click('#play');
    expect(await early.innerText('[data-problem="JOINING"]')).toContain('still joining');
    const ends = await harness!.untilOver(mark);
    for (const arm of arms) expect(ends.get(arm)).toMatchObject({ outcome: 'complete' });
    await early.waitForSelector('[data-problem="JOINING"]', { state: 'detached' });
    const letters = (text: string): string[] => text.match(/[\p{L}\d]+/gu) ?? [];
    expect(letters(await early.innerText('#captions-line'))).toEqual(letters(sentence));
    await early.context().close();
  });

  it('explains sound that is locked, and unlocks it with one button', async () => {
    const silent = await harness!.open();
    await silent.waitForTimeout(2500);
    const mark = await say(sentence);
    const button = silent.locator('[data-problem="LOCKED"] button');
    await button.waitFor({ timeout: 5000 });
    expect(await button.innerText()).toBe('Enable sound');
    await button.click();
    await silent.waitForSelector('[data-problem="LOCKED"]', { state: 'detached' });
    await harness!.untilOver(mark);
    await silent.context().close();
  });

  it('explains a server that is gone', async () => {
    expect(await harness!.showcase.stop()).toBe(130);
    const problem = page.locator('[data-problem="CONNECTION_LOST"]');
    await problem.waitFor();
    expect(await problem.innerText()).toContain('npm start');
    expect(await page.isDisabled('#play')).toBe(true);
  });
});
