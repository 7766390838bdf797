import { type Clock, EloquenceError, type Event } from '@eloquence/plugin-api';
import type { DemoEvent, DemoState, Problem, SessionFacts } from '../../protocol.js';
import type { EventFeed } from '../event-feed.js';
import type { DemoService } from '../demo-service.js';
import { networkPresets, noNetwork } from '../network/emulated-links.js';
import { MIGRATION } from './showcase.js';

/** What the page is shown where there is no LiveKit server: why, and what to do. */
export class OfflineShowcase implements DemoService {
  readonly onDidPost: Event<DemoEvent>;
  readonly handlers: DemoService['handlers'];
  readonly #clock: Clock;
  readonly #problem: Problem;

  constructor(eventFeed: EventFeed, clock: Clock, { reason, hint }: { reason: string; hint: string }) {
    this.onDidPost = eventFeed.onDidPost;
    this.#clock = clock;
    this.#problem = { code: 'SERVER_UNAVAILABLE', message: reason, hint };
    const refuse = async (): Promise<never> => {
      throw new EloquenceError('SERVER_UNAVAILABLE', reason, { hint });
    };
    this.handlers = {
      '/api/speak': refuse,
      '/api/stop': refuse,
      '/api/network': refuse,
      '/api/plugins': refuse,
      '/api/heard': refuse,
    };
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  state(): DemoState {
    return {
      arms: [],
      network: noNetwork(),
      plugins: { plugins: [], choices: [], breakages: [] },
      migration: MIGRATION,
      problems: [this.#problem],
      speaking: null,
    };
  }

  async openSession(): Promise<SessionFacts> {
    return {
      server: {
        kind: 'simulated',
        url: null,
        version: null,
        reason: this.#problem.message,
        hint: this.#problem.hint,
      },
      arms: [],
      presets: networkPresets(),
      state: this.state(),
    };
  }
}
