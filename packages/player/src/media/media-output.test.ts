import { VirtualClock } from '@eloquence/base';
import { FakeLivekitRoom } from '@eloquence/simulated-transport';
import { describe, expect, it } from 'vitest';
import { FakeAudioTrack } from '../testing/fake-audio-track.js';
import type { PlayerParticipant } from '../room/player-room.js';
import { MediaOutput } from './media-output.js';

const publication = (trackSid: string, track?: FakeAudioTrack) => ({
  trackSid,
  trackName: 'speech',
  kind: 'audio',
  ...(track === undefined ? {} : { track }),
});

describe('the media lane', () => {
  it('plays the audio tracks that are there and those that come, and ends with them', () => {
    const room = new FakeLivekitRoom<PlayerParticipant>('livekit-client');
    const early = new FakeAudioTrack();
    room.remoteParticipants.set('a', {
      identity: 'a',
      trackPublications: new Map([['1', publication('1', early)]]),
    });
    const media = new MediaOutput(room, () => true);
    const late = new FakeAudioTrack();
    room.emit('trackSubscribed', late, publication('2'), { identity: 'b' });
    room.emit('trackSubscribed', new FakeAudioTrack('video'), publication('3'), { identity: 'b' });
    expect(media.trackCount).toBe(2);
    const [element] = late.attachedElements;
    room.emit('trackUnsubscribed', late, publication('2'), { identity: 'b' });
    expect(late.attachedElements).toEqual([]);
    expect(element).toMatchObject({ isRemoved: true });
    media.dispose();
    expect(early.attachedElements).toEqual([]);
    expect(room.listenerTotal).toBe(0);
  });

  it('is silent for so much of the first speech on a track as has been heard already', () => {
    const clock = new VirtualClock();
    const room = new FakeLivekitRoom<PlayerParticipant>('livekit-client');
    const media = new MediaOutput(room, () => true, clock);
    const track = new FakeAudioTrack();
    const { mediaStreamTrack } = track;
    room.emit('trackSubscribed', track, publication('1'), { identity: 'a' });
    let level = 0;
    let meters = 0;
    const openMeter = () => {
      meters++;
      return { read: () => level, dispose: () => void meters-- };
    };
    media.skip('1', 1200, openMeter);
    clock.advance(400);
    expect(mediaStreamTrack.enabled).toBe(true);
    level = 0.2;
    clock.advance(10);
    expect(mediaStreamTrack.enabled).toBe(false);
    level = 0;
    clock.advance(1190);
    expect(mediaStreamTrack.enabled).toBe(false);
    clock.advance(20);
    expect([mediaStreamTrack.enabled, meters]).toEqual([true, 0]);
    // A track that never sounds is not watched for ever, nor beyond its end.
    media.skip('1', 100, openMeter);
    clock.advance(11_000);
    expect([mediaStreamTrack.enabled, meters]).toEqual([true, 0]);
    media.skip('1', 100, openMeter);
    media.skip('none', 100, openMeter);
    media.dispose();
    expect([clock.pendingTimers, meters]).toEqual([0, 0]);
  });

  it('leaves alone what is not wanted, and what the page plays already', () => {
    const room = new FakeLivekitRoom<PlayerParticipant>('livekit-client');
    const media = new MediaOutput(room, (_publication, { identity }) => identity === 'a');
    const attached = new FakeAudioTrack();
    attached.attach();
    room.emit('trackSubscribed', attached, publication('1'), { identity: 'a' });
    room.emit('trackSubscribed', new FakeAudioTrack(), publication('2'), { identity: 'b' });
    expect(media.trackCount).toBe(0);
    media.dispose();
    expect(attached.attachedElements).toHaveLength(1);
  });

  it('lets go of a track that the page attaches later, and takes it up when the page has let go', async () => {
    const room = new FakeLivekitRoom<PlayerParticipant>('livekit-client');
    const media = new MediaOutput(room, () => true);
    media.setVolume(0.4);
    const track = new FakeAudioTrack();
    room.emit('trackSubscribed', track, publication('1'), { identity: 'a' });
    const [own] = track.attachedElements;
    const rendered = track.attach();
    await Promise.resolve();
    expect(track.attachedElements).toEqual([rendered]);
    expect([media.trackCount, own]).toMatchObject([0, { isRemoved: true }]);
    track.detach(rendered);
    await Promise.resolve();
    expect(track.attachedElements).toMatchObject([{ volume: 0.4, isRemoved: false }]);
    track.detach();
    await Promise.resolve();
    expect([media.trackCount, track.attachedElements.length]).toEqual([1, 1]);
    media.dispose();
    await Promise.resolve();
    expect([track.attachedElements, track.listenerCount]).toEqual([[], 0]);
  });

  it('plays a track once when there are two, also when the first of them ends', async () => {
    const room = new FakeLivekitRoom<PlayerParticipant>('livekit-client');
    const track = new FakeAudioTrack();
    const [first, second] = [new MediaOutput(room, () => true), new MediaOutput(room, () => true)];
    room.emit('trackSubscribed', track, publication('1'), { identity: 'a' });
    await Promise.resolve();
    expect([first.trackCount, second.trackCount, track.attachedElements.length]).toEqual([1, 0, 1]);
    first.dispose();
    await Promise.resolve();
    expect([second.trackCount, track.attachedElements.length]).toEqual([1, 1]);
    second.dispose();
  });

  it('gives volume and device to tracks that come later, too', async () => {
    const room = new FakeLivekitRoom<PlayerParticipant>('livekit-client');
    const media = new MediaOutput(room, () => true);
    const first = new FakeAudioTrack();
    room.emit('trackSubscribed', first, publication('1'), { identity: 'a' });
    media.setVolume(0.3);
    await media.setDevice('headphones');
    const second = new FakeAudioTrack();
    room.emit('trackSubscribed', second, publication('2'), { identity: 'a' });
    await media.resume();
    for (const track of [first, second])
      expect(track.attachedElements[0]).toMatchObject({ volume: 0.3, deviceId: 'headphones', paused: false });
  });

  it('tells who speaks on a track of its own, and plays no more than 32', () => {
    const room = new FakeLivekitRoom<PlayerParticipant>('livekit-client');
    const media = new MediaOutput(room, () => true);
    const speakers: string[] = [];
    media.onDidSpeak((sender) => speakers.push(sender));
    for (let at = 0; at < 40; at++)
      room.emit('trackSubscribed', new FakeAudioTrack(), publication(`${at}`), { identity: `p${at}` });
    room.emit('activeSpeakersChanged', [{ identity: 'p1' }, { identity: 'p39' }]);
    expect(speakers).toEqual(['p1']);
    expect(media.trackCount).toBe(32);
    expect(media.refusedTracks).toBe(8);
  });
});
