import assert from 'node:assert/strict';
import { deepFreeze } from '@eloquence/base';
import type { Monitor, MonitorFactory, SessionEvent } from '@eloquence/plugin-api';
import { callTimeP95Ms, CountingClock, heldBytes, within } from '../support/call-limits.js';
import { type ContractRule, describeRules, type TestFramework } from '../support/contract-rule.js';
import { sampleEvents } from './sample-events.js';

/** What is to be checked against the monitor contract. */
export interface MonitorSubject {
  readonly name: string;
  createFactory(): MonitorFactory;
}

const callLimitMs = 5;
const settleLimitMs = 2000;
const heldLimitBytes = 8 << 20;

export const monitorRules: readonly ContractRule<MonitorSubject>[] = [
  {
    title: 'makes a monitor of its own for every session',
    check: (subject) => {
      const factory = subject.createFactory();
      const options = { clock: new CountingClock() };
      const first = factory.create({ ...options, sessionId: 1 });
      const second = factory.create({ ...options, sessionId: 2 });
      assert.notEqual(first, second);
      first.dispose();
      for (const event of sampleEvents(2)) void second.onEvent(event);
      second.dispose();
    },
  },
  {
    title: 'takes every kind of event, without writing into it',
    check: (subject) => withMonitor(subject, (monitor) => giveAll(monitor, sampleEvents(1))),
  },
  {
    title: 'lets events pass of a kind that it does not know',
    check: (subject) =>
      withMonitor(subject, (monitor) => {
        const event = { kind: 'somethingNew', sessionId: 1, atMs: 1 };
        return giveAll(monitor, [deepFreeze(event) as unknown as SessionEvent]);
      }),
  },
  {
    title: 'copes with a session of which it missed a part: any event may be the first, or be missing',
    async check(subject) {
      const events = sampleEvents(1);
      for (const [index, event] of events.entries()) {
        await withMonitor(subject, (monitor) => giveAll(monitor, [event]));
        await withMonitor(subject, (monitor) => giveAll(monitor, events.toSpliced(index, 1)));
      }
    },
  },
  {
    title: `takes an event within ${callLimitMs} ms`,
    check: (subject) =>
      withMonitor(subject, (monitor) => {
        const events = sampleEvents(1);
        const p95Ms = callTimeP95Ms(400, (index) => void monitor.onEvent(events[index % events.length]!));
        assert.ok(p95Ms <= callLimitMs, `${p95Ms.toFixed(1)} ms`);
      }),
  },
  {
    title: 'holds no more memory after many events than after some',
    check: (subject) =>
      withMonitor(subject, (monitor) => {
        const give = (count: number): void => {
          for (let round = 0; round < count; round++)
            for (const event of sampleEvents(1)) void monitor.onEvent(event);
        };
        give(400);
        const before = heldBytes();
        give(4000);
        const grown = heldBytes() - before;
        assert.ok(grown < heldLimitBytes, `${(grown / (1 << 20)).toFixed(1)} MiB more after 48 000 events`);
      }),
  },
  {
    title: 'can be disposed twice and before its session ends, and takes no notice of what follows',
    check: async (subject) => {
      const { monitor } = open(subject);
      const [first, ...others] = sampleEvents(1);
      await giveAll(monitor, [first!]);
      monitor.dispose();
      monitor.dispose();
      await giveAll(monitor, others);
    },
  },
  {
    title: 'leaves no timer behind',
    check: async (subject) => {
      const { monitor, clock } = open(subject);
      await giveAll(monitor, sampleEvents(1).slice(0, 5));
      monitor.dispose();
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(clock.pendingTimers, 0, 'timers left behind');
    },
  },
];

function open(subject: MonitorSubject): { readonly monitor: Monitor; readonly clock: CountingClock } {
  const clock = new CountingClock();
  return { monitor: subject.createFactory().create({ sessionId: 1, clock }), clock };
}

async function withMonitor(
  subject: MonitorSubject,
  use: (monitor: Monitor) => void | Promise<void>,
): Promise<void> {
  const { monitor } = open(subject);
  try {
    await use(monitor);
  } finally {
    monitor.dispose();
  }
}

/** Gives all events at once, as the host does, then waits for what the monitor promised. */
async function giveAll(monitor: Monitor, events: readonly SessionEvent[]): Promise<void> {
  const promises = events.map(async (event) => monitor.onEvent(event));
  await within(settleLimitMs, 'taking note of the events', Promise.all(promises));
}

/** Declares the tests that every contribution to `monitors` must pass. */
export function describeMonitor(framework: TestFramework, subject: MonitorSubject): void {
  describeRules(framework, `monitor contract: ${subject.name}`, monitorRules, subject);
}
