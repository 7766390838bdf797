import type { PcmChunk, WordTiming } from '@eloquence/plugin-api';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  type PageEvent,
  type PlayerPage,
  PlayerHarness,
  digestOf,
  pcmSource,
  sourceRateHz,
} from './testing/player-harness.js';
import { speechSignal } from './testing/speech-signal.js';

const harness = await PlayerHarness.start();

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** The same speech, whose first piece says when words are heard. */
async function* withWords(
  chunks: AsyncIterable<PcmChunk>,
  words: readonly WordTiming[],
): AsyncGenerator<PcmChunk> {
  let isFirst = true;
  for await (const chunk of chunks) {
    yield isFirst ? { ...chunk, words } : chunk;
    isFirst = false;
  }
}
const complete = { outcome: 'complete', framesLost: 0, framesDuplicated: 0 };

describe.skipIf(harness === undefined)('a player in the life of a page', () => {
  afterEach(() => harness!.clear());
  afterAll(() => harness!.stop());

  it('plays several senders at once, each in full', async () => {
    const room = harness!.newRoomName();
    const page = await harness!.listen({ room, isIsolated: true });
    const senders = ['anna', 'bert', 'cleo'];
    const digests = new Map<string, () => string>();
    const done = [];
    for (const [index, sender] of senders.entries()) {
      const streamer = await harness!.speaker(room, sender);
      const utterance = streamer.say(pcmSource(speechSignal(2500, sourceRateHz, index + 1), 3));
      digests.set(sender, digestOf(utterance));
      done.push(utterance.done);
    }
    await Promise.all(done);
    const finished = await page.waitFor('FinishUtterance', 3);
    for (const event of finished) expect(event).toMatchObject(complete);
    const frames = await page.takeDigests();
    for (const sender of senders) expect(frames.get(sender)).toBe(digests.get(sender)!());
    const { speakers } = await page.call<{ speakers: { sender: string; lane: string }[] }>('stats');
    expect(speakers.map(({ sender, lane }) => `${sender} ${lane}`).sort()).toEqual(
      senders.map((sender) => `${sender} data`),
    );
  });

  it.each(['signal-reconnect', 'full-reconnect'])(
    'loses and repeats nothing over a %s in the middle of a sentence',
    async (scenario) => {
      const room = harness!.newRoomName();
      const page = await harness!.listen({ room });
      // Pinned: a sender that may change lanes goes over to the media lane meanwhile.
      const streamer = await harness!.speaker(room, 'agent', { lane: 'data' });
      const utterance = streamer.say(pcmSource(speechSignal(6000, sourceRateHz), 1.5));
      const digest = digestOf(utterance);
      await page.waitFor('StartPlayout');
      await sleep(500);
      await page.call('simulate', scenario);
      const metrics = await utterance.done;
      const [finished] = await page.waitFor('FinishUtterance');
      expect(finished).toMatchObject({ outcome: 'complete', framesLost: 0, framesDuplicated: 0 });
      const played = await page.takeDigest();
      expect(played.indices).toEqual(Array.from({ length: metrics.framesSent }, (_, index) => index));
      expect(played.digest).toBe(digest());
    },
  );

  it('falls silent at once on barge-in', async () => {
    const room = harness!.newRoomName();
    const page = await harness!.listen({ room });
    const streamer = await harness!.speaker(room);
    const utterance = streamer.say(pcmSource(speechSignal(8000, sourceRateHz)));
    await page.waitFor('StartPlayout');
    await sleep(700);
    const offset = await page.clockOffset();
    const cancelledAtMs = performance.now() + offset.offsetMs;
    utterance.cancel();
    expect(await utterance.done).toMatchObject({ outcome: 'cancelled' });
    const [finished] = await page.waitFor('FinishUtterance');
    expect(finished).toMatchObject({ outcome: 'flushed' });
    const silent = (await page.eventsOf('ChangeSound')).filter(({ isSounding }) => isSounding === false);
    expect(Number(silent[0]!['receivedAtMs']) - cancelledAtMs).toBeLessThan(150);
    // Of the eight seconds, about one was heard.
    expect(Number(silent[0]!['positionMs'])).toBeLessThan(9000);
    const next = streamer.say(pcmSource(speechSignal(500, sourceRateHz)));
    expect(await next.done).toMatchObject({ outcome: 'complete' });
  });

  it('tells words when they are heard', async () => {
    const room = harness!.newRoomName();
    const page = await harness!.listen({ room });
    const streamer = await harness!.speaker(room);
    const words = [0, 400, 1200].map((startMs) => ({ text: `at ${startMs}`, startMs, endMs: startMs + 100 }));
    const utterance = streamer.say(withWords(pcmSource(speechSignal(2000, sourceRateHz)), words));
    await utterance.done;
    const heard = await page.waitFor('HearWord', 3);
    // The sound may have paused for a moment; a word's time counts from where it last went on before it was told.
    const events = await page.events();
    for (const [index, word] of words.entries()) {
      const event = heard[index]!;
      expect(event['word']).toEqual(word);
      const told = events.findIndex(({ name, atMs }) => name === 'HearWord' && atMs === event['atMs']);
      const anchor = events
        .slice(0, told)
        .findLast(({ name, isSounding }) => name === 'ChangeSound' && isSounding === true)!;
      const sinceMs = word.startMs - Number(anchor['positionMs']);
      expect(Number(event['atMs']) - Number(anchor['atMs'])).toBeCloseTo(sinceMs, 3);
      expect(Number(event['receivedAtMs'])).toBeGreaterThan(Number(event['atMs']) - 5);
    }
  });

  it('listens to those named only, and to late joiners', async () => {
    const room = harness!.newRoomName();
    const stranger = await harness!.speaker(room, 'stranger', { lane: 'media' });
    expect(stranger.lane).toBe('media');
    const page = await harness!.listen({ room, options: { from: ['agent'] } });
    const streamer = await harness!.speaker(room, 'agent');
    await streamer.say(pcmSource(speechSignal(600, sourceRateHz))).done;
    const ignored = await harness!.speaker(room, 'other', { lane: 'auto' });
    expect(ignored.lane).toBe('media');
    expect((await page.waitFor('FinishUtterance'))[0]).toMatchObject({ sender: 'agent', ...complete });
  });

  it('is heard by a player that joins in the middle of the speech from there on', async () => {
    const room = harness!.newRoomName();
    await harness!.listen({ room, identity: 'early' });
    const streamer = await harness!.speaker(room);
    const first = streamer.say(pcmSource(speechSignal(5000, sourceRateHz), 1.5));
    await sleep(1000);
    const late = await harness!.listen({ room, identity: 'late' });
    expect(await first.done).toMatchObject({ outcome: 'complete', framesLost: 0 });
    await expect.poll(() => streamer.receiverCount, { timeout: 10_000 }).toBe(2);
    const [rest] = await late.waitFor('FinishUtterance');
    expect(rest).toMatchObject(complete);
    expect(Number(rest!['firstFrame'])).toBeGreaterThan(0);
    await late.takeDigest();
    const next = streamer.say(pcmSource(speechSignal(800, sourceRateHz)));
    const digest = digestOf(next);
    await next.done;
    const finished = (await late.waitFor('FinishUtterance', 2)).at(-1);
    expect(finished).toMatchObject(complete);
    expect((await late.takeDigest()).digest).toBe(digest());
  });

  it('goes on in the player that takes the place of another one in mid-sentence, as in strict mode', async () => {
    const room = harness!.newRoomName();
    const page = await harness!.listen({ room });
    const streamer = await harness!.speaker(room, 'agent', { lane: 'data' });
    const utterance = streamer.say(pcmSource(speechSignal(5000, sourceRateHz)));
    await page.waitFor('StartPlayout');
    await sleep(1200);
    await page.call('remount');
    const metrics = await utterance.done;
    // The old one tells nothing any more.
    const [finished] = (await page.waitFor('FinishUtterance')) as [PageEvent];
    expect(finished).toMatchObject(complete);
    // It begins about where the other one stopped.
    expect(Number(finished['firstFrame'])).toBeGreaterThan(30);
    expect(Number(finished['firstFrame'])).toBeLessThan(120);
    const { indices } = await page.takeDigest();
    expect(indices.slice(-Number(finished['framesPlayed']))).toEqual(
      Array.from({ length: metrics.framesSent }, (_, at) => at).slice(Number(finished['firstFrame'])),
    );
  });

  it('goes on when the sound card sleeps and wakes, and loses nothing', async () => {
    const room = harness!.newRoomName();
    const page = await harness!.listen({ room });
    const streamer = await harness!.speaker(room);
    const utterance = streamer.say(pcmSource(speechSignal(4000, sourceRateHz)));
    const digest = digestOf(utterance);
    await page.waitFor('StartPlayout');
    await sleep(500);
    await page.call('sleepAndWake', 1500);
    await utterance.done;
    expect((await page.waitFor('FinishUtterance'))[0]).toMatchObject(complete);
    expect((await page.takeDigest()).digest).toBe(digest());
  });

  it('changes the output device in the middle of a sentence', async () => {
    const room = harness!.newRoomName();
    const page = await harness!.listen({ room });
    const streamer = await harness!.speaker(room);
    const utterance = streamer.say(pcmSource(speechSignal(3000, sourceRateHz)));
    const digest = digestOf(utterance);
    await page.waitFor('StartPlayout');
    // The default device by its name: there is no other one on a machine without a sound card.
    expect(await page.call('failing', 'setOutputDevice', '')).toBeUndefined();
    await utterance.done;
    expect((await page.waitFor('FinishUtterance'))[0]).toMatchObject(complete);
    expect((await page.takeDigest()).digest).toBe(digest());
  });

  it('plays the media lane in an audio element, which goes with the track', async () => {
    const room = harness!.newRoomName();
    const page = await harness!.listen({ room });
    const streamer = await harness!.speaker(room, 'agent', { lane: 'media' });
    await streamer.say(pcmSource(speechSignal(2500, sourceRateHz), 4)).done;
    expect(await page.waitFor('ChangeLane')).toMatchObject([{ sender: 'agent', lane: 'media' }]);
    expect(await page.call('mediaTracks')).toBe(1);
    await harness!.leave('agent');
    await expect.poll(() => page.call('mediaTracks'), { timeout: 10_000 }).toBe(0);
  });

  it('plays an audio track once beside a renderer of the page, and alone when that is gone', async () => {
    const room = harness!.newRoomName();
    const page = await harness!.listen({ room });
    const streamer = await harness!.speaker(room, 'agent', { lane: 'media' });
    await streamer.say(pcmSource(speechSignal(500, sourceRateHz), 4)).done;
    const sounding = (): Promise<number[]> => page.call('soundingElements');
    await expect.poll(sounding, { timeout: 10_000 }).toEqual([1]);
    for (const isRendered of [true, false, true]) {
      await page.call('renderTracks', isRendered);
      await expect.poll(sounding, { timeout: 5000 }).toEqual([1]);
      await sleep(300);
      expect(await sounding()).toEqual([1]);
    }
    // The player that takes the place of another one takes its tracks.
    await page.call('renderTracks', false);
    await page.call('remount');
    await expect.poll(sounding, { timeout: 5000 }).toEqual([1]);
    await sleep(300);
    expect(await sounding()).toEqual([1]);
  });

  it('takes leave of the senders', async () => {
    const room = harness!.newRoomName();
    const page = await harness!.listen({ room });
    const streamer = await harness!.speaker(room);
    expect(streamer.receiverCount).toBe(1);
    await page.call('dispose');
    await expect.poll(() => streamer.receiverCount, { timeout: 5000 }).toBe(0);
  });

  it('says what it cannot do', async () => {
    const page: PlayerPage = await harness!.listen({ room: harness!.newRoomName() });
    expect(await page.call('failing', 'setOutputDevice', 'no such device')).toMatchObject({
      code: 'OPTION_INVALID',
    });
    await expect(page.call('setVolume', 2)).rejects.toThrow('The volume must be 0 to 1');
  });
});
