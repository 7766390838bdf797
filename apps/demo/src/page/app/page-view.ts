import type {
  ArmId,
  DemoLanguage,
  NetworkRequest,
  PluginsRequest,
  SessionFacts,
  TextMode,
} from '../../protocol.js';
import type { I18n } from '../i18n/i18n.js';
import type { PageStorage } from '../server/page-storage.js';
import type { ServerClock } from '../server/server-clock.js';
import { type DemoModel, armIds } from '../state/demo-model.js';
import type { Run } from '../state/run.js';
import { axisWidthMs } from '../state/timeline-scale.js';
import { judge } from '../state/verdict.js';
import { ArmCard } from '../ui/arm-card.js';
import { Captions } from '../ui/captions.js';
import { ChartsPanel } from '../ui/charts-panel.js';
import { Composer } from '../ui/composer.js';
import { DecisionList } from '../ui/decision-list.js';
import { byId, setData, setText } from '../ui/dom.js';
import { MigrationPanel } from '../ui/migration-panel.js';
import { NetworkPanel } from '../ui/network-panel.js';
import { Palette } from '../ui/palette.js';
import { PluginsPanel } from '../ui/plugins-panel.js';
import { type Notice, ProblemList } from '../ui/problem-list.js';
import { attachTheme } from '../ui/theme.js';
import { attachLanguage } from '../ui/translate-page.js';
import { VerdictCard } from '../ui/verdict-card.js';

/** Time between two pictures while something moves, at least; more where they cost much, because sound comes first. */
const frameMs = 33;
const maxFrameMs = 250;
/** Pictures take this share of the page's time at most. */
const drawShare = 0.1;
const chartMs = 250;
/** Charts move on for so long after the last news of the link. */
const chartTailMs = 12_000;

export interface PageViewOptions {
  readonly i18n: I18n;
  readonly storage: PageStorage;
  readonly model: DemoModel;
  readonly clock: ServerClock;
  readonly play: (request: { text: string; language: DemoLanguage; mode: TextMode }) => void;
  readonly stop: () => void;
  readonly changeNetwork: (request: NetworkRequest) => void;
  readonly changePlugins: (request: PluginsRequest) => void;
  readonly listenTo: (arm: ArmId) => void;
  readonly notices: () => Notice[];
}

/** Everything that is to be seen, drawn from the model: once after a change, and steadily while somebody speaks. */
export class PageView {
  readonly captions: Captions;
  readonly #options: PageViewOptions;
  readonly #palette = new Palette();
  readonly #cards: readonly ArmCard[];
  readonly #verdict: VerdictCard;
  readonly #composer: Composer;
  readonly #network: NetworkPanel;
  readonly #charts: ChartsPanel;
  readonly #decisions: DecisionList;
  readonly #plugins: PluginsPanel;
  readonly #migration: MigrationPanel;
  readonly #problems = new ProblemList();
  #isConnected: boolean | undefined;
  #isDue = false;
  #frameMs = frameMs;
  #drawnMs = -Infinity;
  #chartsDrawnMs = -Infinity;
  #axisMs = axisWidthMs(0);
  #shownRun: Run | undefined;
  #announcedRun: Run | undefined;

  constructor(options: PageViewOptions) {
    const { i18n, storage } = options;
    this.#options = options;
    attachLanguage(storage, i18n);
    attachTheme(storage, i18n, () => {
      this.#palette.read();
      this.changed();
    });
    this.#cards = armIds.map((arm) => new ArmCard(arm, i18n, this.#palette, () => this.changed()));
    byId('arms').append(...this.#cards.map(({ element }) => element));
    for (const { input, arm } of this.#cards) {
      input.checked = arm === 'eloquence';
      input.addEventListener('change', () => options.listenTo(arm));
    }
    this.captions = new Captions(i18n);
    this.#verdict = new VerdictCard(i18n);
    this.#composer = new Composer(i18n, { play: options.play, stop: options.stop });
    this.#network = new NetworkPanel(i18n, options.changeNetwork);
    this.#charts = new ChartsPanel(i18n, this.#palette);
    this.#decisions = new DecisionList(i18n);
    this.#plugins = new PluginsPanel(i18n, options.changePlugins);
    this.#migration = new MigrationPanel(i18n);
    i18n.onDidChange(() => this.changed());
    window.addEventListener('resize', () => this.changed());
    setInterval(() => {
      if (this.#isMoving()) this.changed();
    }, chartMs);
  }

  startSession(facts: SessionFacts): void {
    this.#network.start(facts);
  }

  setConnected(isConnected: boolean): void {
    this.#isConnected = isConnected;
    this.#composer.setConnected(isConnected);
    this.changed();
  }

  /** Asks for a new picture. */
  changed(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const waitMs = this.#drawnMs + this.#frameMs - performance.now();
    // Not by asking for animation frames in between: each of them would cost a pass over the whole page.
    setTimeout(() => requestAnimationFrame(() => this.#draw(performance.now())), Math.max(0, waitMs));
  }

  /** How long the picture took, with what the browser does for it after us. */
  #measure(begunMs: number): void {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      const costMs = performance.now() - begunMs;
      this.#frameMs = Math.min(maxFrameMs, Math.max(frameMs, (this.#frameMs + costMs / drawShare) / 2));
      port1.close();
    };
    port2.postMessage(undefined);
  }

  /** Whether the picture changes although nothing is told. */
  #isMoving(): boolean {
    const { model, clock } = this.#options;
    const nowMs = clock.nowMs();
    const latestMs = (model.history.atS.at(-1) ?? -Infinity) * 1000;
    const blackoutEndMs = model.network?.blackoutEndsAtMs ?? -Infinity;
    return nowMs - latestMs < chartTailMs || nowMs - blackoutEndMs < 2 * chartMs;
  }

  #draw(atMs: number): void {
    this.#isDue = false;
    this.#drawnMs = atMs;
    this.#measure(atMs);
    const { model, clock, notices } = this.#options;
    const { run } = model;
    const nowMs = clock.nowMs();
    const isSpeaking = run !== undefined && !run.isOver;
    this.#fitAxis(run, nowMs);
    for (const card of this.#cards)
      card.render({ state: model.arms.get(card.arm), run, nowMs, axisMs: this.#axisMs });
    this.#verdict.render(run);
    this.#composer.setSpeaking(isSpeaking);
    this.#composer.showTyped(run === undefined ? undefined : typedText(run));
    this.#network.render(model.network, nowMs);
    this.#plugins.render(model.plugins);
    this.#migration.render(model.migration);
    const told = notices();
    this.#problems.render(told);
    this.#showServer();
    this.#drawCharts(atMs, nowMs, run);
    // The style sheet hides the page until then.
    if (model.facts !== undefined || told.length > 0) setData(document.documentElement, 'shown', 'true');
    this.#announce(run);
    if (isSpeaking) this.changed();
  }

  #drawCharts(atMs: number, nowMs: number, run: Run | undefined): void {
    if (atMs - this.#chartsDrawnMs < chartMs - frameMs) return;
    this.#chartsDrawnMs = atMs;
    const { history, profile } = this.#options.model;
    this.#charts.render(history, nowMs / 1000);
    const startMs = run?.start.startedAtMs;
    this.#decisions.render(history.marks, profile, startMs === undefined ? undefined : startMs / 1000);
  }

  /** All arms share an axis; it never shrinks while they speak. */
  #fitAxis(run: Run | undefined, nowMs: number): void {
    if (run === undefined) return;
    if (run !== this.#shownRun) this.#axisMs = axisWidthMs(0);
    this.#shownRun = run;
    let endMs = run.isOver ? 0 : nowMs;
    for (const arm of run.arms.values()) {
      const began = arm.firstAudio?.heardAtMs;
      if (began !== undefined) endMs = Math.max(endMs, arm.heardToMs ?? began + run.voiceMs + arm.stalledMs);
      endMs = Math.max(endMs, arm.lastSentAtMs ?? 0);
    }
    this.#axisMs = Math.max(this.#axisMs, axisWidthMs(endMs - run.start.startedAtMs));
  }

  #showServer(): void {
    const { i18n, model, clock } = this.#options;
    const kind = model.facts?.server.kind;
    const state = this.#isConnected === false ? 'lost' : (kind ?? 'connecting');
    setData(byId('server'), 'state', state);
    setText(byId('server-text'), i18n.t(`server.${state}`));
    const error = Number.isFinite(clock.errorMs) ? i18n.number(clock.errorMs, 1) : '–';
    setText(byId('method'), i18n.t('method.text', { error }));
  }

  /** Tells the result once, to those who do not see it. */
  #announce(run: Run | undefined): void {
    if (run === undefined || run === this.#announcedRun || !run.isOver) return;
    this.#announcedRun = run;
    const { i18n } = this.#options;
    const { marginMs } = judge(run);
    if (marginMs === undefined) return;
    const text = byId('verdict-text').textContent ?? '';
    setText(byId('announcer'), `${i18n.t('verdict.title')} ${i18n.number(marginMs)} ms. ${text}`);
  }
}

/** What the language model has typed so far, while it types. */
function typedText(run: Run): string | undefined {
  if (run.start.mode === 'whole' || run.textReadyAtMs !== undefined || run.isOver) return undefined;
  return run.start.text.slice(0, run.typed.at(-1)?.amount ?? 0);
}
