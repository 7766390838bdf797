import type { I18n } from '../i18n/i18n.js';
import type { ConditionsHistory, DecisionMark } from '../state/conditions-history.js';
import { type ChartLine, LinkChart } from './link-chart.js';
import type { Palette } from './palette.js';
import { bitrate, duration, percent, readable } from './quantities.js';

const measured: ChartLine = { colour: 'arm-eloquence', widthPx: 2 };
const rateLines: readonly ChartLine[] = [measured, { colour: 'ink-2', widthPx: 1.5, isDashed: true }];
const forecastLines: readonly ChartLine[] = [
  { colour: 'profile-balanced', widthPx: 0 },
  { colour: 'profile-balanced', widthPx: 0, isBandTop: true },
  { colour: 'profile-balanced', widthPx: 1.5, isDashed: true },
  measured,
];

export interface LinkPanelProps {
  readonly i18n: I18n;
  readonly palette: Palette;
  readonly history: ConditionsHistory;
  readonly profile: string | undefined;
  /** When the utterance began, s; decisions are told from there. */
  readonly runStartS: number | undefined;
  /** The right edge of the charts, s on the server's clock. */
  readonly endS: number;
}

/** Rate, RTT, loss and the forecast with its band; the profile in use, and why it changed, the latest first. */
export function LinkPanel({ i18n, palette, history, profile, runStartS, endS }: LinkPanelProps) {
  const { latest, marks, atS } = history;
  const delivery = latest?.forecast?.deliveryMs;
  const band =
    delivery === undefined ? '–' : `${i18n.number(delivery.p5)}–${i18n.number(delivery.p95)}\u00a0ms`;
  const common = { palette, atS, marks, endS };
  return (
    <section class="panel" aria-labelledby="charts-title">
      <header class="panel-head">
        <h2 id="charts-title">{i18n.t('charts.title')}</h2>
        <p class="panel-note profile-now">
          {i18n.t('profile.now')} {profile === undefined ? '–' : <ProfileChip profile={profile} />}
        </p>
      </header>
      <div class="charts">
        <LinkChart
          {...common}
          title={i18n.t('chart.rate')}
          value={bitrate(i18n, latest === undefined ? undefined : latest.rateBps / 1000)}
          lines={rateLines}
          leastTop={50}
          columns={[history.rateKbps, history.capacityKbps]}
        />
        <LinkChart
          {...common}
          title={i18n.t('chart.rtt')}
          value={duration(i18n, latest?.rttMs)}
          lines={[measured]}
          leastTop={50}
          columns={[history.rttMs]}
        />
        <LinkChart
          {...common}
          title={i18n.t('chart.loss')}
          value={percent(i18n, latest?.lossPercent)}
          lines={[measured]}
          leastTop={5}
          columns={[history.lossPercent]}
        />
        <LinkChart
          {...common}
          title={i18n.t('chart.forecast')}
          value={band}
          lines={forecastLines}
          leastTop={50}
          columns={[history.forecastP5Ms, history.forecastP95Ms, history.forecastP50Ms, history.observedMs]}
        />
      </div>
      <h3 class="list-title" id="decisions-title">
        {i18n.t('decisions.title')}
      </h3>
      <ol class="decisions" id="decisions" tabIndex={0} aria-labelledby="decisions-title">
        {marks.length === 0 && <li class="empty">{i18n.t('decisions.empty')}</li>}
        {marks.toReversed().map((mark) => (
          <DecisionRow key={mark.decision.id} i18n={i18n} mark={mark} runStartS={runStartS} />
        ))}
      </ol>
    </section>
  );
}

function DecisionRow(props: {
  readonly i18n: I18n;
  readonly mark: DecisionMark;
  readonly runStartS: number | undefined;
}) {
  const { i18n, mark, runStartS } = props;
  const { what, to, reason, applied, protection } = mark.decision;
  const protectionId = protection.length === 0 ? 'decisions.protectionOff' : 'decisions.protectionOn';
  const isOfRun = runStartS !== undefined && mark.atS >= runStartS;
  return (
    <li class="decision" data-applied={String(applied)}>
      <time>{isOfRun ? `${i18n.number(mark.atS - runStartS, 1)}\u00a0s` : ''}</time>
      {what === 'profile' ? (
        <ProfileChip profile={to} />
      ) : (
        <span class="profile-chip">{i18n.t(protectionId)}</span>
      )}
      <span class="decision-why">{reason}</span>
    </li>
  );
}

function ProfileChip({ profile }: { readonly profile: string }) {
  return (
    <span class="profile-chip" data-profile={profile}>
      {readable(profile)}
    </span>
  );
}
