import type { Clock, Disposable } from '@eloquence/plugin-api';
import type { ArmId, ArmState } from '../../protocol.js';
import type { DemoArm } from '../arms/arm-room.js';
import type { EventFeed } from '../event-feed.js';
import { type Problems, toProblem } from '../problems.js';

/** How often the states of the arms are compared with what the pages were told, ms. */
const WATCH_MS = 500;

/** The arms together: who is ready, and who tells the pages so. */
export class ArmCrew {
  readonly #arms: ReadonlyMap<ArmId, DemoArm>;
  readonly #eventFeed: EventFeed;
  readonly #problems: Problems;
  readonly #clock: Clock;
  readonly #lifetime = new AbortController();
  readonly #told = new Map<ArmId, string>();
  readonly #preparing = new Map<ArmId, Promise<void>>();
  #timer: Disposable | undefined;

  constructor(arms: readonly DemoArm[], eventFeed: EventFeed, problems: Problems, clock: Clock) {
    this.#arms = new Map(arms.map((arm) => [arm.id, arm]));
    this.#eventFeed = eventFeed;
    this.#problems = problems;
    this.#clock = clock;
    this.#watch();
  }

  get states(): readonly ArmState[] {
    return [...this.#arms.values()].map(({ state }) => state);
  }

  get(id: ArmId): DemoArm | undefined {
    return this.#arms.get(id);
  }

  /** Gets an arm ready, once for all who ask meanwhile. @throws EloquenceError what `prepare` of the arm throws */
  prepare(id: ArmId): Promise<void> {
    const running = this.#preparing.get(id);
    if (running !== undefined) return running;
    const preparing = this.#prepare(id).finally(() => this.#preparing.delete(id));
    this.#preparing.set(id, preparing);
    return preparing;
  }

  async dispose(): Promise<void> {
    this.#timer?.dispose();
    this.#lifetime.abort();
    await Promise.allSettled(this.#preparing.values());
    const ended = await Promise.allSettled([...this.#arms.values()].map((arm) => arm.dispose()));
    for (const result of ended) if (result.status === 'rejected') throw result.reason;
  }

  async #prepare(id: ArmId): Promise<void> {
    try {
      await this.#arms.get(id)?.prepare(this.#lifetime.signal);
      this.#problems.settle(id);
    } catch (error) {
      if (!this.#lifetime.signal.aborted) this.#problems.raise(toProblem(error, id));
      throw error;
    } finally {
      this.#tell();
    }
  }

  #watch(): void {
    this.#tell();
    // Whoever has just come shall not wait when the first word is spoken.
    for (const [id, { state }] of this.#arms) if (state.listeners > 0 && !state.isReady) this.#warm(id);
    this.#timer = this.#clock.setTimer(() => this.#watch(), WATCH_MS);
  }

  #tell(): void {
    for (const [id, { state }] of this.#arms) {
      const text = JSON.stringify(state);
      if (text === this.#told.get(id)) continue;
      this.#told.set(id, text);
      this.#eventFeed.post('arm', { state });
    }
  }

  #warm(id: ArmId): void {
    // What goes wrong has become a problem by then, and is tried again for as long as somebody is there.
    this.prepare(id).catch(() => undefined);
  }
}
