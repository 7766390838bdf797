import type { Clock, Monitor, MonitorFactory, SessionEvent } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { failuresOf } from '../support/contract-rule.js';
import { describeMonitor, monitorRules } from './describe-monitor.js';

/** A right monitor: counts utterances by outcome. */
class CountingMonitor implements Monitor {
  readonly outcomes = new Map<string, number>();
  isDisposed = false;

  constructor(readonly clock: Clock) {}

  onEvent(event: SessionEvent): void | Promise<void> {
    if (this.isDisposed || event.kind !== 'utteranceEnd') return;
    const { outcome } = event.metrics;
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

type MonitorClass = new (clock: Clock) => Monitor;

const broken: Readonly<Record<string, () => MonitorClass | MonitorFactory>> = {
  'a monitor of its own': () => {
    let only: Monitor | undefined;
    return { create: ({ clock }) => (only ??= new CountingMonitor(clock)) };
  },
  'every kind of event': () =>
    class extends CountingMonitor {
      override onEvent(event: SessionEvent): void {
        if (event.kind === 'report') (event.report as { bufferAheadMs: number }).bufferAheadMs = 0;
      }
    },
  'does not know': () =>
    class extends CountingMonitor {
      override onEvent(event: SessionEvent): void {
        if (!/^(session|utterance|report|fault|quarantine|pluginState|gap)/.test(event.kind))
          throw new Error(`unknown event ${event.kind}`);
      }
    },
  'missed a part': () =>
    class extends CountingMonitor {
      readonly #running = new Map<number, number>();
      override async onEvent(event: SessionEvent): Promise<void> {
        if (event.kind === 'utteranceStart') this.#running.set(event.utteranceId, event.atMs);
        if (event.kind === 'utteranceEnd') this.#running.get(event.utteranceId)!.toFixed();
      }
    },
  'takes an event within': () =>
    class extends CountingMonitor {
      override onEvent(event: SessionEvent): void {
        const untilMs = performance.now() + (event.kind === 'utteranceEnd' ? 8 : 0);
        while (performance.now() < untilMs);
      }
    },
  'holds no more memory': () =>
    class extends CountingMonitor {
      readonly events: string[] = [];
      override onEvent(event: SessionEvent): void {
        this.events.push(JSON.stringify(event));
      }
    },
  'can be disposed twice': () =>
    class extends CountingMonitor {
      override onEvent(): void {
        if (this.isDisposed) throw new Error('closed');
      }
    },
  'no timer behind': () =>
    class extends CountingMonitor {
      constructor(clock: Clock) {
        super(clock);
        clock.setTimer(() => undefined, 60_000);
      }
    },
};

function factoryOf(from: MonitorClass | MonitorFactory): MonitorFactory {
  return typeof from === 'function' ? { create: ({ clock }) => new from(clock) } : from;
}

describe('describeMonitor', () => {
  it('finds nothing wrong with a right monitor', async () => {
    const subject = { name: 'counting', createFactory: () => factoryOf(CountingMonitor) };
    expect(await failuresOf((framework) => describeMonitor(framework, subject))).toEqual([]);
  });

  it('has a broken monitor for each rule', () => {
    for (const rule of monitorRules) {
      expect(Object.keys(broken).filter((words) => rule.title.includes(words))).toHaveLength(1);
    }
    expect(Object.keys(broken)).toHaveLength(monitorRules.length);
  });

  it.each(Object.keys(broken))('rejects a monitor that breaks "%s"', async (words) => {
    const rule = monitorRules.find(({ title }) => title.includes(words))!;
    const subject = { name: 'broken', createFactory: () => factoryOf(broken[words]!()) };
    await expect(Promise.resolve().then(() => rule.check(subject))).rejects.toThrow();
  });
});
