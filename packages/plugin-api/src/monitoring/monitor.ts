import type { Clock } from '../base/clock.js';
import type { Disposable } from '../base/disposable.js';
import type { SessionEvent } from './session-event.js';

/**
 * Watches one session. Monitors only listen: events come in order, but some time after they happened and several at
 * once, and nothing in the session waits for them. A monitor that is slow misses events and is told how many (`gap`);
 * one that throws or blocks three times is not called any more.
 */
export interface Monitor extends Disposable {
  /** Takes note of one event. Must be quick, a few ms at most; a promise is not waited for. */
  onEvent(event: SessionEvent): void | Promise<void>;
}

/** What a monitor is given when it is made. */
export interface MonitorOptions {
  /** Number of the session within its process. */
  readonly sessionId: number;
  readonly clock: Clock;
}

/** Makes monitors; contributed at `monitors`. */
export interface MonitorFactory {
  /** Makes the monitor of one session. The first event it is given is the session's first. */
  create(options: MonitorOptions): Monitor;
}
