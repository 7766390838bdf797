import { randomBytes } from 'node:crypto';
import { type ApiKey, createToken } from '@eloquence/testbed';
import { delay } from '@eloquence/base';
import { type Clock, EloquenceError, type Event } from '@eloquence/plugin-api';
import type {
  ArmAccess,
  ArmId,
  DemoAnswers,
  DemoEvent,
  DemoState,
  HeardRequest,
  MigrationState,
  NetworkRequest,
  PluginsRequest,
  ServerFacts,
  SessionFacts,
  SpeakRequest,
} from '../../protocol.js';
import type { EventFeed } from '../event-feed.js';
import type { DemoService } from '../demo-service.js';
import { type EmulatedLinks, networkPresets } from '../network/emulated-links.js';
import type { PluginPanel } from '../plugins/plugin-panel.js';
import type { Problems } from '../problems.js';
import { parseHeard, parseNetwork, parsePlugins, parseSpeak } from '../parse-requests.js';
import type { DemoVoice } from '../speech/demo-voice.js';
import { scheduleSpeech } from '../speech/schedule-speech.js';
import type { ArmCrew } from './arm-crew.js';
import { type CalledArm, DemoUtterance } from './demo-utterance.js';

/** How long a stopped utterance may take to end before the next one begins, ms. */
const STOP_MS = 3000;

export const MIGRATION: MigrationState = { available: false };

export const SPEAKER = 'speaker';

export interface ShowcaseOptions {
  readonly server: ServerFacts & ApiKey;
  /** Name of the room of each arm. */
  readonly rooms: ReadonlyMap<ArmId, string>;
  readonly eventFeed: EventFeed;
  readonly problems: Problems;
  readonly links: EmulatedLinks;
  readonly crew: ArmCrew;
  readonly panel: PluginPanel;
  readonly voice: DemoVoice;
  readonly clock: Clock;
}

/** What the page can do, done. */
export class Showcase implements DemoService {
  readonly onDidPost: Event<DemoEvent>;
  readonly handlers: DemoService['handlers'] = {
    '/api/speak': async (body) => await this.#inTurn(() => this.#speak(parseSpeak(body))),
    '/api/stop': async () => this.#stop(),
    '/api/network': async (body) => await this.#network(parseNetwork(body)),
    '/api/plugins': async (body) => await this.#plugins(parsePlugins(body)),
    '/api/heard': async (body) => this.#heard(parseHeard(body)),
  };
  readonly #options: ShowcaseOptions;
  readonly #lifetime = new AbortController();
  #current: DemoUtterance | undefined;
  #utterances = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ShowcaseOptions) {
    this.#options = options;
    this.onDidPost = options.eventFeed.onDidPost;
  }

  nowMs(): number {
    return this.#options.clock.nowMs();
  }

  state(): DemoState {
    const { crew, links, panel, problems } = this.#options;
    return {
      arms: crew.states,
      network: links.state,
      plugins: panel.state(),
      migration: MIGRATION,
      problems: problems.all,
      speaking: this.#current === undefined || this.#current.isOver ? null : this.#current.start,
    };
  }

  async openSession(): Promise<SessionFacts> {
    const { server, rooms, links } = this.#options;
    const { apiKey, apiSecret, ...facts } = server;
    const identity = `page-${randomBytes(4).toString('hex')}`;
    const arms = [...rooms].map(async ([arm, room]): Promise<ArmAccess> => ({
      arm,
      room,
      url: links.urlFor(arm),
      token: await createToken({ apiKey, apiSecret }, identity, room),
      identity,
      speaker: SPEAKER,
      listenWith: arm === 'eloquence' ? 'player' : 'track',
    }));
    return {
      server: facts,
      arms: await Promise.all(arms),
      presets: networkPresets(),
      state: this.state(),
    };
  }

  async dispose(): Promise<void> {
    this.#lifetime.abort();
    this.#current?.stop();
    await this.#ended();
  }

  /** Who speaks twice at once is served one after the other. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #speak(request: Required<SpeakRequest>): Promise<DemoAnswers['/api/speak']> {
    const { voice, crew, links, eventFeed, problems, clock } = this.#options;
    this.#checkServer();
    this.#current?.stop();
    const { signal } = this.#lifetime;
    const [segments, arms] = await Promise.all([
      voice.prepare(request.text, request.language, signal),
      Promise.all(request.arms.map((id) => this.#call(id, crew))),
      this.#ended(),
    ]);
    signal.throwIfAborted();
    const { text, mode, speed } = request;
    const schedule = scheduleSpeech(segments, { textLength: text.length, mode, speed });
    const utterance = ++this.#utterances;
    this.#current = await DemoUtterance.begin({
      utterance,
      request,
      schedule,
      arms,
      links,
      eventFeed,
      problems,
      clock,
    });
    return { ok: true, utterance };
  }

  async #call(id: ArmId, crew: ArmCrew): Promise<CalledArm> {
    try {
      await crew.prepare(id);
      return { id, arm: crew.get(id) };
    } catch (error) {
      return { id, arm: undefined, error };
    }
  }

  async #ended(): Promise<void> {
    const limit = new AbortController();
    const limitReached = delay(this.#options.clock, STOP_MS, limit.signal).catch(() => undefined);
    await Promise.race([this.#current?.done, limitReached]);
    limit.abort();
  }

  #stop(): DemoAnswers['/api/stop'] {
    const current = this.#current;
    if (current === undefined || current.isOver) return { ok: true, utterance: null };
    current.stop();
    return { ok: true, utterance: current.start.utterance };
  }

  async #network(request: NetworkRequest): Promise<DemoAnswers['/api/network']> {
    return { ok: true, network: await this.#options.links.apply(request) };
  }

  async #plugins(request: PluginsRequest): Promise<DemoAnswers['/api/plugins']> {
    const { panel, eventFeed } = this.#options;
    const plugins = await panel.apply(request);
    eventFeed.postLatest('', 'plugins', { plugins });
    return { ok: true, plugins };
  }

  #heard(request: HeardRequest): DemoAnswers['/api/heard'] {
    // What a page heard of an older utterance comes too late to matter.
    if (this.#current?.start.utterance === request.utterance) this.#current.heard(request);
    return { ok: true };
  }

  #checkServer(): void {
    const lost = this.#options.problems.all.find(({ code }) => code === 'SERVER_FAILED');
    if (lost === undefined) return;
    throw new EloquenceError('SERVER_FAILED', lost.message, { hint: lost.hint });
  }
}
