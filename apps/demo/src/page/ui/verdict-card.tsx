import type { I18n } from '../i18n/i18n.js';
import { armIds } from '../state/demo-model.js';
import type { Run } from '../state/run.js';
import { type Verdict, judge } from '../state/verdict.js';
import { duration } from './quantities.js';

export type RunPhase = 'idle' | 'speaking' | 'over';

/** By how much Eloquence was heard sooner, or later, as one number; and the first audio of each arm below it. */
export function VerdictCard(props: {
  readonly i18n: I18n;
  readonly verdict: Verdict;
  readonly phase: RunPhase;
}) {
  const { i18n, verdict, phase } = props;
  const { ranking, soonerMs } = verdict;
  const slowestMs = ranking.at(-1)?.afterMs ?? 0;
  const absent = phase === 'speaking' ? i18n.t('race.none') : '–';
  return (
    <div class="verdict" id="verdict" data-winner={soonerMs !== undefined && soonerMs > 0 ? 'eloquence' : ''}>
      <h2 class="verdict-title">{i18n.t(verdictTitle(verdict))}</h2>
      <p class="verdict-number" id="verdict-value">
        {soonerMs === undefined ? '–' : `${i18n.number(Math.abs(soonerMs))}\u00a0${i18n.t('unit.ms')}`}
      </p>
      <p class="verdict-text" id="verdict-text">
        {explainVerdict(i18n, phase, verdict)}
      </p>
      <ol class="race" id="race">
        {armIds.map((arm) => {
          const afterMs = ranking.find((entry) => entry.arm === arm)?.afterMs;
          const share = afterMs === undefined || slowestMs <= 0 ? 0 : afterMs / slowestMs;
          return (
            <li key={arm} class="race-row" data-arm={arm}>
              <span class="race-name">{i18n.t(`arm.${arm}`)}</span>
              <span class="race-value">{afterMs === undefined ? absent : duration(i18n, afterMs)}</span>
              <div class="race-track" aria-hidden="true">
                <div class="race-bar" style={{ transform: `scaleX(${share.toFixed(4)})` }} />
              </div>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

/** What a screen reader is told when the utterance is over. */
export function announceVerdict(i18n: I18n, run: Run): string {
  const verdict = judge(run);
  if (verdict.soonerMs === undefined) return '';
  const number = i18n.number(Math.abs(verdict.soonerMs));
  return `${i18n.t(verdictTitle(verdict))} ${number} ms. ${explainVerdict(i18n, 'over', verdict)}`;
}

function verdictTitle({ soonerMs }: Verdict): 'verdict.title' | 'verdict.later' {
  return soonerMs !== undefined && soonerMs < 0 ? 'verdict.later' : 'verdict.title';
}

export function explainVerdict(i18n: I18n, phase: RunPhase, { ranking, soonerMs, ratio }: Verdict): string {
  if (phase === 'idle') return i18n.t('verdict.empty');
  const [first, second] = ranking;
  if (first === undefined) return i18n.t(phase === 'over' ? 'verdict.none' : 'verdict.running');
  const winner = i18n.t(`arm.${first.arm}`);
  if (second === undefined) return i18n.t('verdict.alone', { winner });
  if (soonerMs !== undefined && soonerMs < 0 && ratio !== undefined)
    return i18n.t('verdict.slower', { winner, ratio: i18n.number(ratio, 1) });
  const names = { winner, second: i18n.t(`arm.${second.arm}`) };
  if (ratio === undefined || ratio < 1.05) return i18n.t('verdict.close', names);
  return i18n.t('verdict.sooner', { ...names, ratio: i18n.number(ratio, 1) });
}
