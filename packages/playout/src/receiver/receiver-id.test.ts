import { createSeededRandom } from '@eloquence/base';
import {
  type WirePacket,
  encodeMarkPacket,
  encodePausePacket,
  encodePingPacket,
  encodeProbePacket,
  encodeRefPacket,
  encodeResumePacket,
} from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { ReceiverHarness } from '../testing/receiver-harness.js';
import { Speaker } from '../testing/speaker.js';
import { drawReceiverId } from './receiver-id.js';

function idsIn(packets: readonly { readonly packet: WirePacket }[]): Set<number | undefined> {
  return new Set(packets.map(({ packet }) => ('receiverId' in packet ? packet.receiverId : undefined)));
}

describe('the id of a receiver', () => {
  it('is drawn from the source that is given, and differs from receiver to receiver otherwise', () => {
    expect(drawReceiverId(createSeededRandom(1))).toEqual(drawReceiverId(createSeededRandom(1)));
    expect(drawReceiverId(createSeededRandom(1))).not.toEqual(drawReceiverId(createSeededRandom(2)));
    expect(drawReceiverId({ next: () => 0 })).toEqual({ receiverId: 1, nonce: 1 });
    expect(drawReceiverId({ next: () => 1 - 2 ** -53 })).toEqual({ receiverId: 0xffff, nonce: 0xffffffff });
    expect(new Set(Array.from({ length: 20 }, () => drawReceiverId().nonce)).size).toBeGreaterThan(15);
  });

  it('is in everything that the receiver says', () => {
    const random = createSeededRandom(3);
    const { receiverId } = drawReceiverId(createSeededRandom(3));
    const harness = new ReceiverHarness({ random });
    harness.deliver(new Speaker().packets[0]!);
    harness.deliver(encodePingPacket({ type: 'ping', receiverId: 0, nonce: 5, sendTimeMs: 9 }));
    harness.deliver(encodeProbePacket({ type: 'probe', nonce: 1, sendTimeMs: 1 }));
    harness.receiver.dispose();
    const types = new Set(harness.channel.sent.map(({ packet }) => packet.type));
    expect(types).toEqual(new Set(['hello', 'report', 'pong', 'bye']));
    expect(idsIn(harness.channel.sent)).toEqual(new Set([receiverId]));
  });

  it('is what tells whether a ping is for this receiver or for another one of its participant', () => {
    const harness = new ReceiverHarness({ random: { next: () => 0.5 } });
    const ping = { type: 'ping', nonce: 5, sendTimeMs: 9 } as const;
    harness.deliver(encodePingPacket({ ...ping, receiverId: 32_768 }));
    harness.deliver(encodePingPacket({ ...ping, receiverId: 32_769 }));
    expect(harness.channel.of('pong')).toHaveLength(1);
    expect(harness.receiver.counters).toMatchObject({ notAddressed: 1, packets: { ping: 2 } });
  });
});

describe('packets that are not acted on yet', () => {
  it('are counted, and change nothing', () => {
    const harness = new ReceiverHarness();
    const command = { channel: 0, utteranceSequence: 1, receiverId: 0, nonce: 0, commandId: 1 };
    harness.deliver(
      encodePausePacket({ type: 'pause', ...command }),
      encodeResumePacket({ type: 'resume', ...command }),
      encodeMarkPacket({ type: 'mark', ...command, frame: 3 }),
      encodeRefPacket({
        type: 'ref',
        channel: 0,
        utteranceSequence: 1,
        sequence: 0,
        firstFrame: 0,
        frameCount: 5,
        sendTimeMs: 1,
        contentFrame: 0,
        contentAddress: new Uint8Array(16),
      }),
    );
    expect(harness.receiver.counters).toMatchObject({
      notSupported: 4,
      malformed: 0,
      packets: { pause: 1, resume: 1, mark: 1, ref: 1 },
    });
    expect(harness.receiver.streams).toEqual([]);
  });
});
