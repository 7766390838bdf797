import { deepFreeze } from '@eloquence/base';
import {
  type Clock,
  type Disposable,
  Emitter,
  type Event,
  type SessionEvent,
  type SessionEventKind,
  type SessionEventTypes,
} from '@eloquence/plugin-api';

/** Events kept for monitors that are loaded after they happened. */
const maxRecent = 256;

/**
 * Everything that happens in one session, as typed events. Publishing never throws and waits for nobody; what
 * listens directly must return at once (monitors of plugins listen through a `MonitorFeed`).
 */
export class SessionBus implements Disposable {
  readonly sessionId: number;
  readonly #clock: Clock;
  readonly #onDidPublish = new Emitter<SessionEvent>();
  readonly #recent: SessionEvent[] = [];
  #published = 0;
  #unpublishable = 0;
  #isDisposed = false;

  constructor(sessionId: number, clock: Clock) {
    this.sessionId = sessionId;
    this.#clock = clock;
  }

  readonly onDidPublish: Event<SessionEvent> = (listener) => this.#onDidPublish.event(listener);

  /** Events published since the session began. */
  get published(): number {
    return this.#published;
  }

  /** Events that were lost because they held something that is not plain data. */
  get unpublishable(): number {
    return this.#unpublishable;
  }

  /** The latest events, oldest first: at most 256. */
  recent(): readonly SessionEvent[] {
    return [...this.#recent];
  }

  /** `detail` is copied: what the caller does with it later does not show in the event. */
  publish<Kind extends SessionEventKind>(kind: Kind, detail: SessionEventTypes[Kind]): void {
    if (this.#isDisposed) return;
    let event: SessionEvent;
    try {
      const { sessionId } = this;
      const copy = structuredClone(detail);
      event = deepFreeze({ kind, sessionId, atMs: this.#clock.nowMs(), ...copy }) as unknown as SessionEvent;
    } catch {
      this.#unpublishable++;
      return;
    }
    this.#published++;
    this.#recent.push(event);
    if (this.#recent.length > maxRecent) this.#recent.shift();
    this.#onDidPublish.fire(event);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#recent.length = 0;
    this.#onDidPublish.dispose();
  }
}
