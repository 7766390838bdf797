import { VirtualClock, createSeededRandom } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { Receivers } from './receivers.js';
import { sampleHello } from '../testing/scripted-channel.js';

function harness() {
  const clock = new VirtualClock(5000);
  const receivers = new Receivers({ clock, random: createSeededRandom(7), rejoinLimitMs: 2000 });
  const left: string[] = [];
  receivers.onDidLeave(({ receiver }) => left.push(receiver));
  return { clock, receivers, left };
}

describe('Receivers', () => {
  it('knows how far away those are that answered a question, and when any was heard last', () => {
    const { clock, receivers } = harness();
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
    const { clock, receivers, left } = harness();
    receivers.greet('ear', sampleHello);
    receivers.setPresent('ear', false);
    clock.advance(1999);
    expect(receivers.get('ear', 1)?.isPresent).toBe(false);
    receivers.setPresent('ear', true);
    expect(receivers.get('ear', 1)).toMatchObject({ isPresent: true, rejoinedAtMs: 6999 });
    expect(clock.pendingTimers).toBe(0);
    receivers.setPresent('ear', false);
    clock.advance(2000);
    expect(left).toEqual(['ear']);
    expect(receivers.get('ear', 1)).toBeUndefined();
    receivers.setPresent('ear', true);
    expect(receivers.count).toBe(0);
  });

  it('forgets at once who takes leave, and says whether it was known', () => {
    const { receivers, left } = harness();
    receivers.greet('ear', sampleHello);
    expect(receivers.takeLeave('ear', 1)).toBe(true);
    expect(receivers.takeLeave('ear', 1)).toBe(false);
    expect(left).toEqual(['ear']);
  });

  it('knows what receivers say of themselves, as in their latest greeting', () => {
    const { receivers } = harness();
    receivers.greet('plain', sampleHello);
    receivers.greet('phone', { ...sampleHello, attributes: { network: 'metered' } });
    expect(receivers.all().map(({ attributes }) => attributes)).toEqual([{}, { network: 'metered' }]);
    receivers.greet('phone', { ...sampleHello, attributes: { network: 'wifi' } });
    expect(receivers.get('phone', 1)?.attributes).toEqual({ network: 'wifi' });
  });

  it('holds no timer and nobody when disposed', () => {
    const { clock, receivers } = harness();
    receivers.greet('ear', sampleHello);
    receivers.setPresent('ear', false);
    receivers.dispose();
    expect(clock.pendingTimers).toBe(0);
    expect(receivers.count).toBe(0);
  });

  it('takes two receivers of one participant for two, each until it takes leave', () => {
    const { receivers, left } = harness();
    receivers.greet('ear', sampleHello);
    receivers.greet('ear', { ...sampleHello, receiverId: 2 });
    receivers.greet('ear', { ...sampleHello, receiverId: 2, bufferMs: 500 });
    expect(receivers.all().map(({ receiver, receiverId }) => [receiver, receiverId])).toEqual([
      ['ear', 1],
      ['ear#2', 2],
    ]);
    expect(receivers.takeLeave('ear', 1)).toBe(true);
    expect([receivers.count, receivers.get('ear', 1), receivers.get('ear', 2)?.receiver]).toEqual([
      1,
      undefined,
      'ear#2',
    ]);
    expect(left).toEqual(['ear']);
  });

  it('lets a page that was loaded anew take the place of the one before', () => {
    const { clock, receivers, left } = harness();
    receivers.greet('ear', sampleHello);
    const before = receivers.get('ear', 1);
    receivers.setPresent('ear', false);
    clock.advance(500);
    receivers.setPresent('ear', true);
    clock.advance(500);
    receivers.greet('ear', { ...sampleHello, receiverId: 9 });
    expect(receivers.get('ear', 9)).toBe(before);
    expect([receivers.count, left, clock.pendingTimers]).toEqual([1, [], 0]);
  });

  it('lets it do so as well where nobody has told of its leaving, if it owes an answer', () => {
    const { clock, receivers } = harness();
    receivers.greet('ear', sampleHello);
    const before = receivers.get('ear', 1);
    clock.advance(2000);
    receivers.greet('ear', { ...sampleHello, receiverId: 8 });
    expect(receivers.count).toBe(2);
    before!.window(16).noteSent(100);
    receivers.greet('ear', { ...sampleHello, receiverId: 9 });
    expect(receivers.get('ear', 9)).toBe(before);
    expect(receivers.count).toBe(2);
  });

  it('forgets those of several that do not come back with their participant', () => {
    const { clock, receivers, left } = harness();
    receivers.greet('ear', sampleHello);
    receivers.greet('ear', { ...sampleHello, receiverId: 2 });
    clock.advance(10);
    receivers.setPresent('ear', false);
    receivers.setPresent('ear', true);
    clock.advance(1000);
    receivers.greet('ear', { ...sampleHello, receiverId: 2 });
    clock.advance(1000);
    expect([left, receivers.count, clock.pendingTimers]).toEqual([['ear'], 1, 0]);
  });
});
