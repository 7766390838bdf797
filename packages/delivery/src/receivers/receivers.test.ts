import { VirtualClock, createSeededRandom } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { Receivers } from './receivers.js';
import { sampleHello } from '../testing/scripted-channel.js';

function rig() {
  const clock = new VirtualClock(5000);
  const receivers = new Receivers({ clock, random: createSeededRandom(7), rejoinLimitMs: 2000 });
  const left: string[] = [];
  receivers.onDidLeave((identity) => left.push(identity));
  return { clock, receivers, left };
}

describe('Receivers', () => {
  it('knows how far away those are that answered a question, and when any was heard last', () => {
    const { clock, receivers } = rig();
    expect(receivers.lastHeardAtMs).toBe(Number.NEGATIVE_INFINITY);
    receivers.greet('unasked', sampleHello);
    clock.advance(100);
    receivers.greet('asked', { ...sampleHello, probeNonce: 7, probeSendTimeMs: 5040 });
    expect(receivers.count).toBe(2);
    expect(receivers.isAnyRttKnown).toBe(true);
    expect(receivers.all().map(({ rtt }) => [rtt.isKnown, rtt.minMs])).toEqual([
      [false, 100],
      [true, 60],
    ]);
    expect(receivers.lastHeardAtMs).toBe(5100);
    clock.advance(900);
    receivers.excuseSilence();
    expect(receivers.lastHeardAtMs).toBe(6000);
  });

  it('waits for one that left the room, and forgets it when it does not come back', () => {
    const { clock, receivers, left } = rig();
    receivers.greet('ear', sampleHello);
    receivers.setPresent('ear', false);
    clock.advance(1999);
    expect(receivers.get('ear')?.isPresent).toBe(false);
    receivers.setPresent('ear', true);
    expect(receivers.get('ear')).toMatchObject({ isPresent: true, rejoinedAtMs: 6999 });
    expect(clock.pendingTimers).toBe(0);
    receivers.setPresent('ear', false);
    clock.advance(2000);
    expect(left).toEqual(['ear']);
    expect(receivers.get('ear')).toBeUndefined();
    receivers.setPresent('ear', true);
    expect(receivers.count).toBe(0);
  });

  it('forgets at once who takes leave, and says whether it was known', () => {
    const { receivers, left } = rig();
    receivers.greet('ear', sampleHello);
    expect(receivers.takeLeave('ear')).toBe(true);
    expect(receivers.takeLeave('ear')).toBe(false);
    expect(left).toEqual(['ear']);
  });

  it('holds no timer and nobody when disposed', () => {
    const { clock, receivers } = rig();
    receivers.greet('ear', sampleHello);
    receivers.setPresent('ear', false);
    receivers.dispose();
    expect(clock.pendingTimers).toBe(0);
    expect(receivers.count).toBe(0);
  });
});
