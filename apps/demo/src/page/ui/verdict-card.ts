import type { ArmId } from '../../protocol.js';
import type { I18n } from '../i18n/i18n.js';
import { armIds } from '../state/demo-model.js';
import type { Run } from '../state/run.js';
import { type Verdict, judge } from '../state/verdict.js';
import { byId, el, setData, setText } from './dom.js';
import { duration, inline } from './units.js';

/** The winner's margin as one number, and the first audio of each arm below it. */
export class VerdictCard {
  readonly #card = byId('verdict');
  readonly #value = byId('verdict-value');
  readonly #text = byId('verdict-text');
  readonly #rows = new Map<ArmId, { name: HTMLElement; value: HTMLElement; bar: HTMLElement }>();

  constructor(private readonly i18n: I18n) {
    for (const arm of [...armIds].reverse()) {
      const name = el('span', { class: 'race-name' });
      const value = el('span', { class: 'race-value' });
      const bar = el('div', { class: 'race-bar' });
      byId('race').append(
        el(
          'li',
          { class: 'race-row', 'data-arm': arm },
          name,
          value,
          el('div', { class: 'race-track', 'aria-hidden': 'true' }, bar),
        ),
      );
      this.#rows.set(arm, { name, value, bar });
    }
  }

  render(run: Run | undefined): void {
    const { i18n } = this;
    const verdict = judge(run);
    const { marginMs } = verdict;
    setText(this.#value, marginMs === undefined ? '–' : inline([i18n.number(marginMs), i18n.t('unit.ms')]));
    setText(this.#text, this.#explain(run, verdict));
    setData(this.#card, 'winner', marginMs === undefined ? '' : (verdict.ranking[0]?.arm ?? ''));
    const slowestMs = verdict.ranking.at(-1)?.afterMs ?? 0;
    for (const [arm, row] of this.#rows) {
      const afterMs = verdict.ranking.find((entry) => entry.arm === arm)?.afterMs;
      setText(row.name, i18n.t(`arm.${arm}`));
      setText(row.value, afterMs === undefined ? this.#absent(run) : inline(duration(i18n, afterMs)));
      const share = afterMs === undefined || slowestMs <= 0 ? 0 : afterMs / slowestMs;
      row.bar.style.transform = `scaleX(${share.toFixed(4)})`;
    }
  }

  #absent(run: Run | undefined): string {
    return run === undefined || run.isOver ? '–' : this.i18n.t('race.none');
  }

  #explain(run: Run | undefined, { ranking, ratio }: Verdict): string {
    const { i18n } = this;
    if (run === undefined) return i18n.t('verdict.empty');
    const [first, second] = ranking;
    if (first === undefined) return i18n.t(run.isOver ? 'verdict.none' : 'verdict.running');
    const winner = i18n.t(`arm.${first.arm}`);
    if (second === undefined) return i18n.t('verdict.alone', { winner });
    const names = { winner, second: i18n.t(`arm.${second.arm}`) };
    if (ratio === undefined || ratio < 1.05) return i18n.t('verdict.close', names);
    return i18n.t('verdict.sooner', { ...names, ratio: i18n.number(ratio, 1) });
  }
}
