import type { ArmId, DemoEvent, DemoLanguage, DemoRequests, Problem, TextMode } from '../../protocol.js';
import type { I18n } from '../i18n/i18n.js';
import { Listening } from '../listening/listening.js';
import { type DemoApi, DemoApiError, type EventStream } from '../server/demo-api.js';
import { ServerClock } from '../server/server-clock.js';
import { DemoModel, armIds } from '../state/demo-model.js';
import { type Notice, collectNotices } from './notices.js';
import { PendingPlay } from './pending-play.js';

const retryMs = 4000;
const clockEveryMs = 60_000;
/** Refusals of requests are shown for so long. */
const refusalMs = 8000;
/** Charts move on for so long after the last news of the link. */
const chartTailMs = 12_000;
/** The end of a blackout is drawn that late at most. */
const blackoutTailMs = 500;
const shownWords = 24;

export interface PlayRequest {
  readonly text: string;
  readonly language: DemoLanguage;
  readonly mode: TextMode;
}

/** Brings the server and the rooms together, and tells when there is something new to be seen. */
export class DemoApp {
  readonly model = new DemoModel();
  readonly listening: Listening;
  /** What Eloquence was heard to say last. */
  words: readonly { readonly id: number; readonly text: string }[] = [];
  readonly #clock: ServerClock;
  readonly #pendingPlay: PendingPlay<PlayRequest>;
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
    private readonly onDidChange: () => void,
  ) {
    this.#clock = new ServerClock(
      () => api.getClock(),
      () => performance.now(),
    );
    this.listening = new Listening({
      clock: this.#clock,
      sendHeard: (request) => void this.post('/api/heard', request),
    });
    this.#pendingPlay = new PendingPlay(
      () => this.#isHeard,
      (request) => void this.post('/api/speak', { ...request, arms: armIds }),
    );
    this.listening.onDidChange(() => this.#followListeners());
    this.listening.onDidHearWord((word) => this.#addWord(word));
    events.onDidReceive((event) => this.#receive(event));
    events.onDidChangeConnection((isConnected) => this.#followConnection(isConnected));
  }

  get isConnected(): boolean | undefined {
    return this.#isConnected;
  }

  /** Something is to be played as soon as it would be heard. */
  get isWaiting(): boolean {
    return this.#pendingPlay.isWaiting;
  }

  /** How far off {@link nowMs} may be, ms. */
  get clockErrorMs(): number {
    return this.#clock.errorMs;
  }

  /** On the server's clock. */
  nowMs(): number {
    return this.#clock.nowMs();
  }

  get isSpeaking(): boolean {
    return this.phase === 'speaking';
  }

  get phase(): 'idle' | 'speaking' | 'over' {
    const { run } = this.model;
    if (run === undefined) return 'idle';
    return run.isOver ? 'over' : 'speaking';
  }

  /** Whether the picture changes although nothing is told. */
  get isMoving(): boolean {
    const { history, network } = this.model;
    const nowMs = this.nowMs();
    const latestMs = (history.atS.at(-1) ?? -Infinity) * 1000;
    const blackoutEndMs = network?.blackoutEndsAtMs ?? -Infinity;
    return nowMs - latestMs < chartTailMs || nowMs - blackoutEndMs < blackoutTailMs;
  }

  start(): void {
    this.onDidChange();
    void this.#load();
    this.events.open();
    setInterval(() => void this.#synchronise(), clockEveryMs);
  }

  /** Speaks on all arms, as soon as all of them would be heard here. To be called while a gesture is handled. */
  play(request: PlayRequest): void {
    void this.listening.unlock();
    this.#pendingPlay.play(request);
    this.onDidChange();
  }

  stop(): void {
    this.#pendingPlay.cancel();
    this.onDidChange();
    void this.post('/api/stop', {});
  }

  /** To be called while a gesture is handled. */
  listenTo(arm: ArmId): void {
    this.listening.setAudible(arm);
    void this.listening.unlock();
  }

  /** Resolves when the server has answered. What it refuses is shown for some seconds. */
  async post<Path extends keyof DemoRequests>(path: Path, body: DemoRequests[Path]): Promise<void> {
    try {
      await this.api.post(path, body);
    } catch (error) {
      // What was heard too late for an utterance concerns nobody who looks at the page.
      if (path === '/api/heard') console.debug(error);
      else this.#showRefusal(problemOf(error));
    }
  }

  notices(): Notice[] {
    const { run, facts, problems } = this.model;
    return collectNotices({
      i18n: this.i18n,
      isConnected: this.#isConnected !== false,
      hasSession: facts !== undefined,
      problems: [...problems.values()],
      refusal: this.#refusal,
      listeners: this.listening.listeners,
      isWaiting: this.isWaiting,
      isLocked: this.listening.isLocked && run !== undefined && !run.isOver,
      unlock: () => void this.listening.unlock(),
    });
  }

  /** A room that cannot be joined is not waited for. */
  get #isHeard(): boolean {
    const { facts, arms } = this.model;
    if (facts === undefined) return false;
    return facts.arms.every(({ arm }) => {
      const listener = this.listening.listeners.get(arm);
      if (listener?.state.kind === 'failed') return true;
      const state = arms.get(arm);
      const isKnown = state?.isReady === true && state.present.includes(listener?.access.identity ?? '');
      return isKnown && listener?.isJoined === true;
    });
  }

  /** Gets the session and joins the rooms; tries again until it works. */
  async #load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      const facts = await this.api.getSession();
      const isFirst = this.model.facts === undefined;
      this.model.start(facts);
      this.model.problems.delete('WRONG_SERVER/');
      await this.#synchronise();
      this.onDidChange();
      await (isFirst ? this.listening.join(facts) : this.listening.joinFailed(facts));
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === 'WRONG_SERVER') this.model.problems.set('WRONG_SERVER/', problem);
      this.#loadLater();
    } finally {
      this.#isLoading = false;
      this.onDidChange();
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
    this.model.apply(event);
    this.#pendingPlay.check();
    if (event.kind === 'speakStart' && this.model.run !== undefined) {
      this.words = [];
      this.listening.beginUtterance(this.model.run);
    }
    this.onDidChange();
  }

  #followConnection(isConnected: boolean): void {
    const isBack = isConnected && this.#isConnected === false && this.model.facts !== undefined;
    this.#isConnected = isConnected;
    this.onDidChange();
    // Another server may answer now: its rooms and tokens are its own.
    if (isBack) void this.#load();
  }

  #followListeners(): void {
    this.#pendingPlay.check();
    this.onDidChange();
    if (this.listening.hasFailed && this.#isConnected === true) this.#loadLater();
  }

  #addWord(text: string): void {
    const id = (this.words.at(-1)?.id ?? 0) + 1;
    const separated = this.words.length > 0 ? ` ${text}` : text;
    this.words = [...this.words, { id, text: separated }].slice(-shownWords);
    this.onDidChange();
  }

  #showRefusal(problem: Problem): void {
    this.#refusal = problem;
    clearTimeout(this.#refusalTimer);
    this.#refusalTimer = setTimeout(() => {
      this.#refusal = undefined;
      this.onDidChange();
    }, refusalMs);
    this.onDidChange();
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof DemoApiError) return error.problem;
  return { code: 'PAGE_FAILED', message: error instanceof Error ? error.message : String(error), hint: '' };
}
