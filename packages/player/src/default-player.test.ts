import { VirtualClock } from '@eloquence/base';
import { FakeLivekitRoom } from '@eloquence/simulated-transport';
import { describe, expect, it } from 'vitest';
import { DefaultPlayer } from './default-player.js';
import type { EngineNews } from './engine/engine-protocol.js';
import { MediaOutput } from './media/media-output.js';
import { createPlayerChannel } from './room/player-channel.js';
import type { PlayerParticipant } from './room/player-room.js';
import { FakeAudioTrack } from './testing/fake-audio-track.js';

function setUp() {
  const clock = new VirtualClock();
  const room = new FakeLivekitRoom<PlayerParticipant>('livekit-client');
  const media = new MediaOutput(room, () => true);
  const player = new DefaultPlayer({
    ...{ clock, media, volume: 1 },
    room: createPlayerChannel(room, clock),
    data: undefined,
    dataLaneError: undefined,
  });
  const lanes: string[] = [];
  player.onDidChangeLane(({ lane }) => lanes.push(lane));
  const utterance = (type: 'startUtterance' | 'finishUtterance', utteranceSequence: number): void =>
    player.handle({ type, event: { sender: 'a', channel: 0, utteranceSequence, atMs: 0 } } as EngineNews);
  return { room, player, lanes, utterance };
}

describe('the lane over which a sender is heard', () => {
  it('stays the data lane from one utterance to the next that is there already', () => {
    const { room, player, lanes, utterance } = setUp();
    const publication = { trackSid: '1', trackName: 'speech', kind: 'audio' };
    room.emit('trackSubscribed', new FakeAudioTrack(), publication, { identity: 'a' });
    const beLoud = (): void => room.emit('activeSpeakersChanged', [{ identity: 'a' }]);
    utterance('startUtterance', 1);
    utterance('startUtterance', 2);
    utterance('finishUtterance', 1);
    // The server tells late who was loud.
    beLoud();
    expect(lanes).toEqual(['data']);
    utterance('finishUtterance', 2);
    beLoud();
    expect(lanes).toEqual(['data', 'media']);
    player.dispose();
  });
});
