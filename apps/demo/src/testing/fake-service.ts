import { Emitter, EloquenceError } from '@eloquence/plugin-api';
import type { DemoEvent, DemoState, SessionFacts } from '../protocol.js';
import type { DemoService } from '../server/demo-service.js';
import { networkPresets, noNetwork } from '../server/network/emulated-links.js';
import { MIGRATION } from '../server/showcase/showcase.js';

/** What the web server shows, without anything behind it. */
export class FakeService implements DemoService {
  readonly posted = new Emitter<DemoEvent>();
  readonly onDidPost = this.posted.event;
  readonly asked: { readonly path: string; readonly body: unknown }[] = [];
  readonly handlers: DemoService['handlers'] = {
    '/api/speak': async (body) => {
      this.asked.push({ path: '/api/speak', body });
      return { ok: true, utterance: 1 };
    },
    '/api/stop': async () => ({ ok: true, utterance: null }),
    '/api/network': async () => {
      throw new EloquenceError('LINK_INVALID', 'No link.', { hint: 'None.' });
    },
    '/api/plugins': async () => {
      throw new Error('a defect');
    },
    '/api/heard': async () => ({ ok: true }),
  };

  nowMs(): number {
    return 42;
  }

  state(): DemoState {
    return {
      arms: [],
      network: noNetwork(),
      plugins: { plugins: [], choices: [], breakages: [] },
      migration: MIGRATION,
      problems: [],
      speaking: null,
    };
  }

  async openSession(): Promise<SessionFacts> {
    return {
      server: { kind: 'simulated', url: null, version: null, reason: 'a test', hint: 'none' },
      arms: [],
      presets: networkPresets(),
      state: this.state(),
    };
  }
}
