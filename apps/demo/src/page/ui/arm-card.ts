import type { ArmId, ArmState } from '../../protocol.js';
import type { I18n } from '../i18n/i18n.js';
import type { ArmRun, Run } from '../state/run.js';
import { el, icon, setData, setText } from './dom.js';
import type { Palette } from './palette.js';
import { Timeline } from './timeline.js';
import { type Quantity, count, duration, inline, kilobytes } from './units.js';

const figureNames = ['first', 'lead', 'gaps', 'lost', 'bytes'] as const;
type FigureName = (typeof figureNames)[number];

/** What a card shows of its arm. */
export interface ArmView {
  readonly state: ArmState | undefined;
  readonly run: Run | undefined;
  readonly nowMs: number;
  readonly axisMs: number;
}

/** One way of sending: its timeline, its figures, and whether it is heard. */
export class ArmCard {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  readonly #name = el('h3', { class: 'arm-name' });
  readonly #how = el('p', { class: 'arm-how' });
  readonly #hear = el('span', {});
  readonly #rows = ['text', 'voice', 'packets', 'playout'] as const;
  readonly #labels = this.#rows.map(() => el('span'));
  readonly #canvas = el('canvas', { role: 'img' });
  readonly #timeline: Timeline;
  readonly #figures = new Map<FigureName, { name: HTMLElement; value: HTMLElement }>();
  readonly #status = el('p', { class: 'arm-status' });

  constructor(
    readonly arm: ArmId,
    private readonly i18n: I18n,
    palette: Palette,
    onDidResize: () => void,
  ) {
    this.input = el('input', { type: 'radio', name: 'hear', value: arm });
    this.#hear.append(
      icon(
        { d: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z' },
        { d: 'M15.5 9.2a4 4 0 0 1 0 5.6M18 6.8a7.5 7.5 0 0 1 0 10.4', className: 'hear-waves' },
        { d: 'M15.5 9.7l4.6 4.6M20.1 9.7l-4.6 4.6', className: 'hear-cross' },
      ),
      el('span', { 'data-hear': true }),
    );
    this.element = el(
      'article',
      { class: 'arm', 'data-arm': arm },
      el('div', { class: 'arm-head' }, this.#name, el('label', { class: 'hear' }, this.input, this.#hear)),
      this.#how,
      el(
        'div',
        { class: 'timeline' },
        el('div', { class: 'timeline-labels', 'aria-hidden': 'true' }, ...this.#labels),
        this.#canvas,
      ),
      this.#makeFigures(),
      this.#status,
    );
    this.#timeline = new Timeline(this.#canvas, palette, onDidResize);
    i18n.onDidChange(() => this.#translate());
    this.#translate();
  }

  render({ state, run, nowMs, axisMs }: ArmView): void {
    const arm = run?.arms.get(this.arm);
    this.#timeline.draw(run, arm, nowMs, axisMs);
    const { i18n } = this;
    this.#setFigure('first', duration(i18n, arm?.firstAudio?.afterMs));
    this.#setFigure('lead', duration(i18n, arm?.leadMs(nowMs)));
    this.#setFigure('gaps', duration(i18n, arm?.gapMs), (arm?.gapMs ?? 0) >= 20);
    this.#setFigure('lost', count(i18n, arm?.lostPackets));
    this.#setFigure(
      'bytes',
      kilobytes(i18n, arm?.wireBytes ?? arm?.end?.figures.sentBytes ?? arm?.sentBytes),
    );
    setText(this.#status, this.#describe(state, run, arm));
    const summary = this.#summarise(run, arm);
    if (summary !== undefined) this.#canvas.setAttribute('aria-label', summary);
    setData(this.element, 'outcome', arm?.end?.outcome ?? '');
  }

  #translate(): void {
    const { i18n, arm } = this;
    const name = i18n.t(`arm.${arm}`);
    setText(this.#name, name);
    setText(this.#how, i18n.t(`arm.${arm}.how`));
    setText(this.#hear.querySelector('[data-hear]')!, i18n.t('arm.hear'));
    this.input.setAttribute('aria-label', i18n.t('arm.hear.label', { name }));
    this.#rows.forEach((row, index) => setText(this.#labels[index]!, i18n.t(`row.${row}`)));
    for (const [figure, { name: label }] of this.#figures) setText(label, i18n.t(`figure.${figure}`));
    this.#canvas.setAttribute(
      'aria-label',
      i18n.t('arm.timeline', { name, summary: i18n.t('arm.timeline.idle') }),
    );
  }

  #makeFigures(): HTMLElement {
    const list = el('dl', { class: 'figures' });
    for (const figure of figureNames) {
      const name = el('dt');
      const value = el('dd');
      list.append(el('div', { 'data-figure': figure }, name, value));
      this.#figures.set(figure, { name, value });
    }
    return list;
  }

  /** One piece of text, whose beginning stays where it is: nothing moves while numbers change. */
  #setFigure(figure: FigureName, quantity: Quantity, isBad = false): void {
    const { value } = this.#figures.get(figure)!;
    setText(value, inline(quantity));
    setData(value, 'bad', String(isBad));
  }

  #describe(state: ArmState | undefined, run: Run | undefined, arm: ArmRun | undefined): string {
    const { i18n } = this;
    if (run === undefined || arm === undefined)
      return i18n.t(state !== undefined && state.listeners > 0 ? 'status.idle' : 'status.absent');
    const sent = this.#sentAfter(arm);
    if (arm.stopped !== undefined) {
      const { wastedMs, silenceAfterMs } = arm.stopped;
      return i18n.t('status.stopped', {
        wasted: inline(duration(i18n, wastedMs)),
        silence: silenceAfterMs === null ? '…' : inline(duration(i18n, silenceAfterMs)),
      });
    }
    if (arm.end !== undefined) {
      const { outcome, figures, error } = arm.end;
      if (outcome === 'failed') return i18n.t('status.failed', { message: error?.message ?? '' });
      if (outcome === 'cancelled') return i18n.t('status.stoppedShort');
      if (sent === undefined) return i18n.t('status.doneShort');
      return i18n.t('status.done', { audio: inline(duration(i18n, figures.audioMs)), sent });
    }
    if (arm.startedAtMs === undefined) return i18n.t('status.waiting');
    if (run.isVoiceComplete && sent !== undefined && arm.sentAudioMs >= run.voiceMs - 25)
      return i18n.t('status.sentAhead', { sent });
    return i18n.t('status.speaking');
  }

  /** From the voice's first sample to the last packet of the sender. */
  #sentAfter(arm: ArmRun): string | undefined {
    if (arm.startedAtMs === undefined || arm.lastSentAtMs === undefined) return undefined;
    return inline(duration(this.i18n, arm.lastSentAtMs - arm.startedAtMs));
  }

  #summarise(run: Run | undefined, arm: ArmRun | undefined): string | undefined {
    if (run === undefined || arm?.end === undefined) return undefined;
    const { i18n } = this;
    return i18n.t('arm.timeline', {
      name: i18n.t(`arm.${this.arm}`),
      summary: i18n.t('arm.timeline.summary', {
        first: inline(duration(i18n, arm.firstAudio?.afterMs)),
        sent: this.#sentAfter(arm) ?? '–',
        stalls: arm.end.figures.stalls ?? 0,
        end: inline(duration(i18n, (arm.heardToMs ?? arm.end.atMs) - run.start.startedAtMs)),
      }),
    });
  }
}
