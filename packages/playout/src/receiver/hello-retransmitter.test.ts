import { encodeHelloPacket, encodeProbePacket, wireVersion } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { ReceiverHarness } from '../testing/receiver-harness.js';

const probe = encodeProbePacket({ type: 'probe', nonce: 1, sendTimeMs: 1 });

describe('the greeting of a receiver', () => {
  it('is sent often enough to be heard within 300 ms where every fifth packet gets lost', async () => {
    const harness = new ReceiverHarness();
    await harness.clock.advanceAsync(300);
    const lossy = harness.channel.of('hello').filter(({ options }) => !options.reliable);
    // All of them get lost once in 15 000 rooms.
    expect(lossy.length).toBeGreaterThanOrEqual(6);
    expect(lossy.every(({ options }) => options.to === undefined)).toBe(true);
    harness.receiver.dispose();
  });

  it('comes to an end by itself', async () => {
    const harness = new ReceiverHarness();
    await harness.clock.advanceAsync(60_000);
    const count = harness.channel.of('hello').length;
    expect(count).toBeLessThan(20);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('is not repeated once a sender is heard, whatever other receivers say', async () => {
    const harness = new ReceiverHarness();
    await harness.clock.advanceAsync(60);
    const own = { receiverId: 1, nonce: 1 } as const;
    const hello = { type: 'hello', ...own, minVersion: wireVersion, maxVersion: wireVersion } as const;
    harness.deliver(
      encodeHelloPacket({ ...hello, bufferMs: 1000, codecIds: ['x'], probeNonce: 0, probeSendTimeMs: 0 }),
    );
    await harness.clock.advanceAsync(50);
    expect(harness.channel.of('hello')).toHaveLength(3);
    harness.deliver(probe);
    await harness.clock.advanceAsync(60_000);
    // The answer to the probe, and nothing more.
    expect(harness.channel.of('hello')).toHaveLength(4);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('waits for a channel that is still being opened, and does not pile up there', async () => {
    const harness = new ReceiverHarness();
    const taken: (() => void)[] = [];
    harness.channel.send = () => new Promise((resolve) => taken.push(resolve));
    harness.channel.changeState('connected');
    await harness.clock.advanceAsync(10_000);
    expect(taken).toHaveLength(1);
    taken[0]!();
    await harness.clock.advanceAsync(50);
    expect(taken).toHaveLength(2);
    harness.receiver.dispose();
    expect(harness.clock.pendingTimers).toBe(0);
  });
});
