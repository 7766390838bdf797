import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { DemoApp } from '../app/demo-app.js';
import type { Notice } from '../app/notices.js';
import type { I18n } from '../i18n/i18n.js';
import { armIds } from '../state/demo-model.js';
import type { Run } from '../state/run.js';
import { ArmCard } from './arm-card.js';
import { Composer } from './composer.js';
import type { FrameLoop } from './frame-loop.js';
import { LinkPanel } from './link-panel.js';
import { NetworkPanel } from './network-panel.js';
import { PageHeader, type PageStorage } from './page-header.js';
import type { Palette } from './palette.js';
import { PluginsPanel } from './plugins-panel.js';
import { judge } from '../state/verdict.js';
import { axisWidthMs } from './timeline.js';
import { announceVerdict, VerdictCard } from './verdict-card.js';

export interface PageProps {
  readonly app: DemoApp;
  readonly i18n: I18n;
  readonly storage: PageStorage;
  readonly frames: FrameLoop;
  readonly palette: Palette;
}

/**
 * Everything that is to be seen, drawn from the model with each picture of the frame loop. The model's parts change in
 * place, and a component whose properties are the same is left out: it is given what it shows, or the time.
 */
export function Page({ app, i18n, storage, frames, palette }: PageProps) {
  void frames.frame.value;
  const { model, isConnected } = app;
  const { run } = model;
  const nowMs = app.nowMs();
  const notices = app.notices();
  const isReady = model.facts !== undefined || notices.length > 0;
  useLayoutEffect(() => {
    // The style sheet hides the page until then.
    if (isReady) document.documentElement.dataset['shown'] = 'true';
  }, [isReady]);
  const error = Number.isFinite(app.clockErrorMs) ? i18n.number(app.clockErrorMs, 1) : '–';
  return (
    <>
      <a class="skip" href="#composer">
        {i18n.t('skip')}
      </a>
      <PageHeader
        i18n={i18n}
        storage={storage}
        server={isConnected === false ? 'lost' : (model.facts?.server.kind ?? 'connecting')}
        onDidChangeColours={() => {
          palette.read();
          frames.request();
        }}
      />
      <main>
        <Problems notices={notices} />
        <section class="hero" id="composer" aria-labelledby="hero-title">
          <div class="hero-main">
            <h1 id="hero-title">{i18n.t('hero.title')}</h1>
            <p class="hero-lead">{i18n.t('hero.lead')}</p>
            <Composer
              i18n={i18n}
              isConnected={isConnected === true}
              isSpeaking={app.isWaiting || app.isSpeaking}
              typed={run?.typedText}
              play={(request) => app.play(request)}
              stop={() => app.stop()}
            />
          </div>
          <VerdictCard i18n={i18n} verdict={judge(run)} phase={app.phase} />
        </section>
        <section aria-labelledby="arms-title">
          <h2 class="sr" id="arms-title">
            {i18n.t('arms.title')}
          </h2>
          <Arms app={app} i18n={i18n} nowMs={nowMs} />
          <Captions i18n={i18n} words={app.words} />
        </section>
        <div class="columns columns-network">
          <NetworkPanel
            i18n={i18n}
            presets={model.facts?.presets ?? []}
            network={model.network}
            nowMs={nowMs}
            change={(request) => app.post('/api/network', request)}
          />
          <SlowLinkPanel app={app} i18n={i18n} frames={frames} palette={palette} />
        </div>
        {useMemo(
          () => (
            <PluginsPanel
              i18n={i18n}
              plugins={model.plugins}
              change={(request) => void app.post('/api/plugins', request)}
            />
          ),
          [model.plugins],
        )}
        <section class="panel" aria-labelledby="migration-title">
          <header class="panel-head">
            <h2 id="migration-title">{i18n.t('migration.title')}</h2>
          </header>
          <div class="migration">
            <div>
              <h3>{i18n.t('migration.planned')}</h3>
              <p>{i18n.t('migration.plan')}</p>
            </div>
            <div>
              <h3>{i18n.t('migration.today')}</h3>
              <p>{i18n.t(model.migration === undefined ? 'migration.waiting' : 'migration.absent')}</p>
            </div>
          </div>
        </section>
      </main>
      <footer class="foot">
        <p>{i18n.t('method.text', { error })}</p>
      </footer>
      <Announcer i18n={i18n} run={run?.isOver === true ? run : undefined} />
    </>
  );
}

/** What is wrong, on top of the page. */
function Problems({ notices }: { readonly notices: readonly Notice[] }) {
  return (
    <div class="problems" id="problems" role="status" aria-live="polite">
      {notices.map(({ key, severity, title, hint, action }) => (
        <div key={key} class="problem" data-severity={severity} data-problem={key}>
          <p class="problem-title">{title}</p>
          <p class="problem-hint">{hint}</p>
          {action !== undefined && (
            <button type="button" class="button button-small button-primary" onClick={action.run}>
              {action.label}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}

/** The arms side by side; they share an axis, which never shrinks while they speak. */
function Arms({ app, i18n, nowMs }: Pick<PageProps, 'app' | 'i18n'> & { readonly nowMs: number }) {
  const { run, arms } = app.model;
  const axis = useRef({ run, widthMs: axisWidthMs(0) });
  if (run !== axis.current.run) axis.current = { run, widthMs: axisWidthMs(0) };
  if (run !== undefined)
    axis.current.widthMs = Math.max(
      axis.current.widthMs,
      axisWidthMs(run.lastMs(nowMs) - run.start.startedAtMs),
    );
  return (
    <div class="arms" id="arms">
      {armIds.map((arm) => (
        <ArmCard
          key={arm}
          arm={arm}
          i18n={i18n}
          state={arms.get(arm)}
          run={run}
          nowMs={nowMs}
          axisMs={axis.current.widthMs}
          isAudible={arm === app.listening.audible}
          onListen={() => app.listenTo(arm)}
        />
      ))}
    </div>
  );
}

/** The words of the Eloquence arm, each at the moment when it is heard; the last one stands out. */
function Captions({ i18n, words }: { readonly i18n: I18n; readonly words: DemoApp['words'] }) {
  return (
    <div class="captions">
      <span class="captions-label">{i18n.t('captions.label')}</span>
      <p class="captions-line" id="captions-line">
        {words.length === 0 && <span class="captions-empty">{i18n.t('captions.empty')}</span>}
        {words.map(({ id, text }) => (
          <span key={id}>{text}</span>
        ))}
      </p>
    </div>
  );
}

/** Charts cost much and change slowly: they are not drawn with every picture. */
function SlowLinkPanel({ app, i18n, frames, palette }: Omit<PageProps, 'storage'>) {
  const chartFrame = frames.chartFrame.value;
  return useMemo(() => {
    const { history, profile, run } = app.model;
    return (
      <LinkPanel
        i18n={i18n}
        palette={palette}
        history={history}
        profile={profile}
        runStartS={run === undefined ? undefined : run.start.startedAtMs / 1000}
        endS={app.nowMs() / 1000}
      />
    );
  }, [chartFrame]);
}

/** Tells the result once, to those who do not see it. */
function Announcer({ i18n, run }: { readonly i18n: I18n; readonly run: Run | undefined }) {
  const text = useMemo(() => (run === undefined ? '' : announceVerdict(i18n, run)), [run]);
  return (
    <p class="sr" role="status" aria-live="polite">
      {text}
    </p>
  );
}
