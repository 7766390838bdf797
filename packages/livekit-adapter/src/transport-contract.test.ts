import { createSpeechReceiver } from '@eloquence/playout';
import { createSystemClock } from '@eloquence/plugin-api';
import { FakeLivekitRoom } from '@eloquence/simulated-transport';
import { type TransportHarness, describeTransport, harnessCodec } from '@eloquence/plugin-contracts';
import { describe, it } from 'vitest';
import { createRoomChannel } from './livekit-room.js';
import { createLivekitTransportFactory } from './livekit-transport.js';

/** Both are in one room: what one publishes, the other receives a moment later, in order. */
function connect(from: FakeLivekitRoom, to: FakeLivekitRoom): void {
  const { localParticipant } = from;
  to.join(localParticipant.identity);
  localParticipant.publishData = (data, { topic }) => {
    const bytes = [...data];
    return new Promise((resolve) => {
      setImmediate(() => {
        to.receive(bytes, localParticipant.identity, topic);
        resolve();
      });
    });
  };
}

/** A speaker's room, and a listener in it. */
function openHarness(receivers: 0 | 1): TransportHarness {
  const speaker = new FakeLivekitRoom();
  speaker.localParticipant.identity = 'speaker';
  if (receivers === 0) return { target: speaker, heardSamples: () => 0, dispose: () => undefined };
  const listener = new FakeLivekitRoom();
  listener.localParticipant.identity = 'listener';
  connect(speaker, listener);
  connect(listener, speaker);
  const clock = createSystemClock();
  const channel = createRoomChannel(listener, clock);
  const receiver = createSpeechReceiver({
    channel,
    clock,
    decoders: new Map([['pcm', harnessCodec]]),
    createSink: () => ({ write: () => undefined }),
    // Stretched speech could not be counted.
    smoothing: false,
  });
  let heard = 0;
  receiver.onDidFinishUtterance(({ sampleCount }) => (heard += sampleCount));
  return {
    target: speaker,
    heardSamples: () => heard,
    dispose() {
      receiver.dispose();
      channel.dispose();
    },
  };
}

describeTransport(
  { describe, it },
  {
    name: 'livekit, data lane',
    lane: 'data',
    createFactory: () => createLivekitTransportFactory({ discoveryMs: 300 }),
    openHarness,
  },
);
