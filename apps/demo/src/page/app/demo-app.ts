import type { ArmId, DemoEvent, DemoRequests, Problem } from '../../protocol.js';
import type { I18n } from '../i18n/i18n.js';
import { Listening } from '../listening/listening.js';
import { type DemoApi, DemoApiError } from '../server/demo-api.js';
import type { EventStream } from '../server/event-stream.js';
import type { PageStorage } from '../server/page-storage.js';
import { ServerClock } from '../server/server-clock.js';
import { DemoModel, armIds } from '../state/demo-model.js';
import { collectNotices } from './notices.js';
import { PageView } from './page-view.js';

const retryMs = 4000;
const clockEveryMs = 60_000;
/** Refusals of requests are shown for so long. */
const refusalMs = 8000;

/** Brings the server, the rooms and the page together. */
export class DemoApp {
  readonly #model = new DemoModel();
  readonly #clock: ServerClock;
  readonly #listening: Listening;
  readonly #view: PageView;
  /** `undefined` before the first attempt has ended. */
  #isConnected: boolean | undefined;
  #isLoading = false;
  /** Why a request of the page was refused; goes away by itself. */
  #refusal: Problem | undefined;
  #refusalTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: DemoApi,
    private readonly events: EventStream,
    private readonly i18n: I18n,
    storage: PageStorage,
  ) {
    this.#clock = new ServerClock(
      () => api.getClock(),
      () => performance.now(),
    );
    this.#listening = new Listening({
      clock: this.#clock,
      sendHeard: (request) => void this.#post('/api/heard', request),
    });
    this.#view = new PageView({
      i18n,
      storage,
      model: this.#model,
      clock: this.#clock,
      play: (request) => {
        void this.#listening.unlock();
        void this.#post('/api/speak', { ...request, arms: armIds });
      },
      stop: () => void this.#post('/api/stop', {}),
      changeNetwork: (request) => void this.#post('/api/network', request),
      changePlugins: (request) => void this.#post('/api/plugins', request),
      listenTo: (arm: ArmId) => {
        this.#listening.setAudible(arm);
        void this.#listening.unlock();
      },
      notices: () => this.#notices(),
    });
    this.#listening.onDidChange(() => this.#followListeners());
    this.#listening.onDidHearWord((word) => this.#view.captions.add(word));
    events.onDidReceive((event) => this.#receive(event));
    events.onDidChangeConnection((isConnected) => this.#followConnection(isConnected));
  }

  get model(): DemoModel {
    return this.#model;
  }

  get listening(): Listening {
    return this.#listening;
  }

  start(): void {
    this.#view.changed();
    void this.#load();
    this.events.open();
    setInterval(() => void this.#synchronise(), clockEveryMs);
  }

  /** Gets the session and joins the rooms; tries again until it works. */
  async #load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      const facts = await this.api.getSession();
      const isFirst = this.#model.facts === undefined;
      this.#model.start(facts);
      this.#model.problems.delete('WRONG_SERVER/');
      this.#view.startSession(facts);
      await this.#synchronise();
      this.#view.changed();
      await (isFirst ? this.#listening.join(facts) : this.#listening.joinFailed(facts));
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === 'WRONG_SERVER') this.#model.problems.set('WRONG_SERVER/', problem);
      this.#loadLater();
    } finally {
      this.#isLoading = false;
      this.#view.changed();
    }
  }

  #loadLater(): void {
    setTimeout(() => void this.#load(), retryMs);
  }

  async #synchronise(): Promise<void> {
    try {
      await this.#clock.synchronise();
    } catch {
      // The event stream tells when the server is gone; until then the clock known before goes on.
    }
  }

  #receive(event: DemoEvent): void {
    this.#model.apply(event);
    if (event.kind === 'speakStart' && this.#model.run !== undefined) {
      this.#view.captions.clear();
      this.#listening.beginUtterance(this.#model.run);
    }
    this.#view.changed();
  }

  #followConnection(isConnected: boolean): void {
    const isBack = isConnected && this.#isConnected === false && this.#model.facts !== undefined;
    this.#isConnected = isConnected;
    this.#view.setConnected(isConnected);
    // Another server may answer now: its rooms and tokens are its own.
    if (isBack) void this.#load();
  }

  #followListeners(): void {
    this.#view.changed();
    if (this.#listening.hasFailed && this.#isConnected === true) this.#loadLater();
  }

  async #post<Path extends keyof DemoRequests>(path: Path, body: DemoRequests[Path]): Promise<void> {
    try {
      await this.api.post(path, body);
    } catch (error) {
      // What was heard too late for an utterance concerns nobody who looks at the page.
      if (path === '/api/heard') console.debug(error);
      else this.#showRefusal(problemOf(error));
    }
  }

  #showRefusal(problem: Problem): void {
    this.#refusal = problem;
    clearTimeout(this.#refusalTimer);
    this.#refusalTimer = setTimeout(() => {
      this.#refusal = undefined;
      this.#view.changed();
    }, refusalMs);
    this.#view.changed();
  }

  #notices() {
    return collectNotices({
      i18n: this.i18n,
      isConnected: this.#isConnected !== false,
      hasSession: this.#model.facts !== undefined,
      problems: [...this.#model.problems.values()],
      refusal: this.#refusal,
      listeners: this.#listening.listeners,
      isLocked: this.#listening.isLocked && this.#model.run !== undefined && !this.#model.run.isOver,
      unlock: () => void this.#listening.unlock(),
    });
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof DemoApiError) return error.problem;
  return { code: 'PAGE_FAILED', message: error instanceof Error ? error.message : String(error), hint: '' };
}
