import type { I18n } from '../i18n/i18n.js';
import type { ConditionsHistory } from '../state/conditions-history.js';
import { byId } from './dom.js';
import { LinkChart } from './link-chart.js';
import type { Palette } from './palette.js';
import { bitrate, duration, inline } from './units.js';

/** Rate, RTT, loss and the forecast with its band. */
export class ChartsPanel {
  readonly #rate: LinkChart;
  readonly #rtt: LinkChart;
  readonly #loss: LinkChart;
  readonly #forecast: LinkChart;
  #isInView = true;

  constructor(
    private readonly i18n: I18n,
    palette: Palette,
  ) {
    const main = { colour: 'arm-eloquence', widthPx: 2 } as const;
    this.#rate = new LinkChart([main, { colour: 'ink-2', widthPx: 1.5, isDashed: true }], 50, palette);
    this.#rtt = new LinkChart([main], 50, palette);
    this.#loss = new LinkChart([main], 5, palette);
    this.#forecast = new LinkChart(
      [
        { colour: 'profile-balanced', widthPx: 0 },
        { colour: 'profile-balanced', widthPx: 0, isBandTop: true },
        { colour: 'profile-balanced', widthPx: 1.5, isDashed: true },
        main,
      ],
      50,
      palette,
    );
    const panel = byId('charts');
    panel.append(...[this.#rate, this.#rtt, this.#loss, this.#forecast].map(({ element }) => element));
  }

  /** @param endS the right edge of the charts, s on the server's clock */
  render(history: ConditionsHistory, endS: number): void {
    const { i18n } = this;
    const { latest, atS, marks } = history;
    const forecast = latest?.forecast;
    this.#rate.describe(
      i18n.t('chart.rate'),
      inline(bitrate(i18n, latest === undefined ? undefined : latest.rateBps / 1000)),
    );
    this.#rtt.describe(i18n.t('chart.rtt'), inline(duration(i18n, latest?.rttMs)));
    this.#loss.describe(
      i18n.t('chart.loss'),
      latest === undefined ? '–' : `${i18n.number(latest.lossPercent, 1)}\u00a0%`,
    );
    this.#forecast.describe(
      i18n.t('chart.forecast'),
      forecast === undefined || forecast === null
        ? '–'
        : `${i18n.number(forecast.deliveryMs.p5)}–${i18n.number(forecast.deliveryMs.p95)}\u00a0ms`,
    );
    if (!this.#isInView) return;
    this.#rate.draw(atS, [history.rateKbps, history.capacityKbps], marks, endS);
    this.#rtt.draw(atS, [history.rttMs], marks, endS);
    this.#loss.draw(atS, [history.lossPercent], marks, endS);
    this.#forecast.draw(
      atS,
      [history.forecastP5Ms, history.forecastP95Ms, history.forecastP50Ms, history.observedMs],
      marks,
      endS,
    );
  }
}
