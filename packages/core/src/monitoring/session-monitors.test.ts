import { createDeferred } from '@eloquence/base';
import type { Monitor, PluginDescriptor, SessionEvent } from '@eloquence/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import { testPlugin } from '../plugins/testing/test-plugin.js';
import {
  SessionHarness,
  type SessionHarnessOptions,
  chunksOf,
  tenByteCodec,
  toneChunk,
} from '../session/testing/session-harness.js';

let harness: SessionHarness | undefined;
afterEach(async () => {
  await harness?.dispose();
  expect(harness?.rejections ?? []).toEqual([]);
  harness = undefined;
});

async function openHarness(options: SessionHarnessOptions): Promise<SessionHarness> {
  harness = await new SessionHarness(options).open();
  return harness;
}

interface Watched {
  readonly plugin: PluginDescriptor;
  readonly events: SessionEvent[];
  disposals: number;
}

function watch(
  name: string,
  onEvent?: (event: SessionEvent, clock: SessionHarness) => void | Promise<void>,
): Watched {
  const watched: Watched = {
    events: [],
    disposals: 0,
    plugin: testPlugin(name, {
      contributes: { monitors: [name] },
      plugin: {
        activate: ({ monitors }) =>
          void monitors.register(name, {
            create: (): Monitor => ({
              onEvent(event) {
                watched.events.push(event);
                return onEvent?.(event, harness!);
              },
              dispose: () => void watched.disposals++,
            }),
          }),
      },
    }),
  };
  return watched;
}

const kindsOf = ({ events }: Watched): string[] => events.map(({ kind }) => kind);

describe('monitors of a session', () => {
  it('are told of everything in order, from the opening to the end', async () => {
    const watched = watch('log');
    const { session, ...rest } = await openHarness({ plugins: [watched.plugin] });
    const current = harness!;
    await current.settle(session.say(chunksOf(toneChunk(100))).done);
    await current.advance(100);
    session.dispose();
    expect(kindsOf(watched).filter((kind) => kind !== 'pluginState')).toEqual([
      'sessionOpen',
      'decision',
      'utteranceStart',
      'utteranceEnd',
      'sessionEnd',
    ]);
    const end = watched.events.find((event) => event.kind === 'utteranceEnd');
    expect(end).toMatchObject({
      utteranceId: 1,
      sessionId: 1,
      metrics: { outcome: 'complete', audioMs: 100 },
    });
    expect(watched.disposals).toBe(1);
    expect(rest.kernel.host.plugins().find(({ id }) => id === 'log')?.activatedBy).toBe('onMonitor:log');
  });

  it('are given plain data that nobody can change', async () => {
    const watched = watch('log', (event) => {
      expect(() => ((event as { kind: string }).kind = 'other')).toThrow(TypeError);
      if (event.kind === 'utteranceEnd') expect(Object.isFrozen(event.metrics.faults)).toBe(true);
      expect(JSON.parse(JSON.stringify(event))).toEqual(event);
    });
    const { session } = await openHarness({ plugins: [watched.plugin] });
    await harness!.settle(session.say(chunksOf(toneChunk(100))).done);
    await harness!.advance(100);
    expect(kindsOf(watched)).toContain('utteranceEnd');
    expect(harness!.kernel.host.plugins().find(({ id }) => id === 'log')?.faults).toBe(0);
  });

  it('hear of faults and quarantine of other plugins, and of utterances that fail', async () => {
    const watched = watch('log');
    const { session } = await openHarness({
      plugins: [watched.plugin],
      codec: tenByteCodec(() => {
        throw new Error('broken');
      }),
    });
    await harness!.settle(session.say(chunksOf(toneChunk(200))).done);
    await harness!.settle(session.say('text without a voice').done).catch(() => undefined);
    await harness!.advance(100);
    expect(kindsOf(watched)).toEqual(expect.arrayContaining(['fault', 'quarantine', 'utteranceFail']));
    expect(watched.events.filter(({ kind }) => kind === 'quarantine')).toHaveLength(1);
    expect(watched.events.find((event) => event.kind === 'fault')).toMatchObject({
      pluginId: 'codec-plugin',
      operation: 'encode',
    });
  });

  it('that throw or block are quarantined, and the others go on', async () => {
    const throwing = watch('throwing', () => {
      throw new Error('no');
    });
    const blocking = watch('blocking', (_event, { clock }) => clock.advance(20));
    const rejecting = watch('rejecting', () => Promise.reject(new Error('later')));
    const good = watch('good');
    const { session } = await openHarness({
      plugins: [throwing, blocking, rejecting, good].map(({ plugin }) => plugin),
    });
    for (let count = 0; count < 4; count++) {
      await harness!.settle(session.say(chunksOf(toneChunk(100))).done);
      await harness!.advance(100);
    }
    const states = Object.fromEntries(harness!.kernel.host.plugins().map(({ id, state }) => [id, state]));
    expect(states).toMatchObject({
      throwing: 'quarantined',
      blocking: 'quarantined',
      rejecting: 'quarantined',
      good: 'active',
      'codec-plugin': 'active',
    });
    expect(kindsOf(good).filter((kind) => kind === 'utteranceEnd')).toHaveLength(4);
    expect([throwing.disposals, blocking.disposals]).toEqual([1, 1]);
  });

  it('that are slow miss the oldest events, and are told how many', async () => {
    const gate = createDeferred();
    let isStuck = true;
    const slow = watch('slow', () => (isStuck ? gate.promise : undefined));
    const { session, kernel } = await openHarness({ plugins: [slow.plugin] });
    for (let count = 0; count < 400; count++) {
      await kernel.host.disable('lane-plugin').catch(() => undefined);
      await kernel.host.enable('lane-plugin');
    }
    await harness!.advance(100);
    // 16 promises are open: nothing more is handed over, the queue stays bounded, and speech is not affected.
    expect(slow.events).toHaveLength(16);
    const utterance = session.say(chunksOf(toneChunk(100)));
    expect(await harness!.settle(utterance.done)).toMatchObject({ outcome: 'complete' });
    const [status] = session.monitors();
    expect(status).toMatchObject({ id: 'slow', pluginId: 'slow', delivered: 16 });
    expect(status!.dropped).toBeGreaterThan(0);
    isStuck = false;
    gate.resolve();
    await harness!.advance(1000);
    const gaps = slow.events.filter((event) => event.kind === 'gap');
    expect(gaps.map(({ droppedEvents }) => droppedEvents)).toEqual([status!.dropped]);
    expect(slow.events.at(-1)).toMatchObject({ kind: 'utteranceEnd' });
    // The gap, the 512 that waited, and those of the utterance.
    expect(slow.events.length).toBeGreaterThanOrEqual(1 + 512);
    expect(slow.events.length).toBeLessThan(1 + 512 + 10);
  });

  it('come and go with their plugin, and are given what happened before they came', async () => {
    const watched = watch('log');
    const { session, kernel } = await openHarness({ plugins: [watched.plugin] });
    await harness!.advance(50);
    await kernel.host.disable('log');
    expect([watched.disposals, session.monitors()]).toEqual([1, []]);
    const before = watched.events.length;
    await harness!.settle(session.say(chunksOf(toneChunk(40))).done);
    await harness!.advance(50);
    expect(watched.events).toHaveLength(before);
    await kernel.host.enable('log');
    await harness!.advance(100);
    expect(kindsOf(watched).slice(before)).toContain('utteranceEnd');
    expect(session.monitors()).toMatchObject([{ id: 'log' }]);
  });

  it('are those that the session names, and a wrong name is refused', async () => {
    const [a, b] = [watch('a-log'), watch('b-log')];
    const current = await openHarness({ plugins: [a.plugin, b.plugin], settings: { monitors: ['b-log'] } });
    await current.advance(50);
    expect(current.session.monitors().map(({ id }) => id)).toEqual(['b-log']);
    expect(current.kernel.host.plugins().find(({ id }) => id === 'a-log')?.state).toBe('registered');
    const other = current.createSession({ monitors: ['b-lgo'] });
    await expect(other.open()).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      hint: "Did you mean 'b-log'?",
    });
  });

  it('leave nothing behind after 100 sessions', async () => {
    const watched = watch('log');
    const current = await openHarness({ plugins: [watched.plugin] });
    for (let count = 0; count < 100; count++) {
      const session = current.createSession();
      await current.settle(session.open());
      await current.advance(5);
      session.dispose();
    }
    current.session.dispose();
    await current.advance(50);
    expect([watched.disposals, current.clock.pendingTimers, current.kernel.sessionCount]).toEqual([
      101, 0, 0,
    ]);
  });
});
