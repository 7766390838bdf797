import type { ArmId, ArmState } from '../../protocol.js';
import { errorText } from '../app/notices.js';
import type { I18n } from '../i18n/i18n.js';
import type { ArmRun, Run } from '../state/run.js';
import { count, duration, kilobytes } from './quantities.js';
import { Timeline } from './timeline.js';

/** Gaps from here on are heard. */
const badGapMs = 20;
const rows = ['text', 'voice', 'packets', 'playout'] as const;

export interface ArmCardProps {
  readonly arm: ArmId;
  readonly i18n: I18n;
  readonly state: ArmState | undefined;
  readonly run: Run | undefined;
  readonly nowMs: number;
  readonly axisMs: number;
  readonly isAudible: boolean;
  readonly onListen: () => void;
}

/** One way of sending: its timeline, its figures, and whether it is heard. */
export function ArmCard({ arm, i18n, state, run, nowMs, axisMs, isAudible, onListen }: ArmCardProps) {
  const own = run?.arms.get(arm);
  const name = i18n.t(`arm.${arm}`);
  const loss = own?.loss;
  const bytes = own?.wireBytes ?? own?.end?.figures.sentBytes ?? own?.sentBytes;
  const figures = [
    ['first', i18n.t('figure.first'), duration(i18n, own?.firstAudio?.afterMs)],
    ['lead', i18n.t('figure.lead'), duration(i18n, own?.bufferAheadMs(nowMs))],
    ['gaps', i18n.t('figure.gaps'), duration(i18n, own?.gapMs), (own?.gapMs ?? 0) >= badGapMs],
    ['lost', i18n.t(`figure.${loss?.kind ?? 'dropped'}`), count(i18n, loss?.count)],
    ['bytes', i18n.t('figure.bytes'), kilobytes(i18n, bytes)],
  ] as const;
  return (
    <article class="arm" data-arm={arm} data-outcome={own?.end?.outcome ?? ''}>
      <div class="arm-head">
        <h3 class="arm-name">{name}</h3>
        <label class="hear">
          <input
            type="radio"
            name="hear"
            value={arm}
            checked={isAudible}
            aria-label={i18n.t('arm.hear.label', { name })}
            onChange={onListen}
          />
          <span>
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z" />
              <path class="hear-waves" d="M15.5 9.2a4 4 0 0 1 0 5.6M18 6.8a7.5 7.5 0 0 1 0 10.4" />
              <path class="hear-cross" d="M15.5 9.7l4.6 4.6M20.1 9.7l-4.6 4.6" />
            </svg>
            <span>{i18n.t('arm.hear')}</span>
          </span>
        </label>
      </div>
      <p class="arm-how">{i18n.t(`arm.${arm}.how`)}</p>
      <div class="timeline">
        <div class="timeline-labels" aria-hidden="true">
          {rows.map((row) => (
            <span key={row}>{i18n.t(`row.${row}`)}</span>
          ))}
        </div>
        <Timeline
          arm={arm}
          run={run}
          nowMs={nowMs}
          axisMs={axisMs}
          label={i18n.t('arm.timeline', { name, summary: summarise(i18n, run, own) })}
        />
      </div>
      <dl class="figures">
        {figures.map(([figure, label, value, isBad = false]) => (
          <div key={figure} data-figure={figure}>
            <dt>{label}</dt>
            <dd data-bad={String(isBad)}>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="arm-status" title={own?.end?.error?.message}>
        {describeArm(i18n, state, run, own)}
      </p>
    </article>
  );
}

/** What the arm does, or how it ended, in a sentence. */
export function describeArm(
  i18n: I18n,
  state: ArmState | undefined,
  run: Run | undefined,
  arm: ArmRun | undefined,
): string {
  if (run === undefined || arm === undefined)
    return i18n.t(state !== undefined && state.listeners > 0 ? 'status.idle' : 'status.absent');
  const sent = sentAfter(i18n, arm);
  if (arm.stopped !== undefined) {
    const { wastedMs, silenceAfterMs } = arm.stopped;
    return i18n.t('status.stopped', {
      wasted: duration(i18n, wastedMs),
      silence: silenceAfterMs === null ? '…' : duration(i18n, silenceAfterMs),
    });
  }
  if (arm.end !== undefined) {
    const { outcome, figures, error } = arm.end;
    if (outcome === 'failed') return i18n.t('status.failed', { message: errorText(i18n, error?.code) });
    if (outcome === 'cancelled') return i18n.t('status.stoppedShort');
    if (sent === undefined) return i18n.t('status.doneShort');
    return i18n.t('status.done', { audio: duration(i18n, figures.audioMs), sent });
  }
  if (arm.startedAtMs === undefined) return i18n.t('status.waiting');
  if (run.isVoiceComplete && sent !== undefined && arm.sentAudioMs >= run.voiceMs - 25)
    return i18n.t('status.sentAhead', { sent });
  return i18n.t('status.speaking');
}

/** From the voice's first sample to the last packet of the sender. */
function sentAfter(i18n: I18n, arm: ArmRun): string | undefined {
  if (arm.startedAtMs === undefined || arm.lastSentAtMs === undefined) return undefined;
  return duration(i18n, arm.lastSentAtMs - arm.startedAtMs);
}

function summarise(i18n: I18n, run: Run | undefined, arm: ArmRun | undefined): string {
  if (run === undefined || arm?.end === undefined) return i18n.t('arm.timeline.idle');
  return i18n.t('arm.timeline.summary', {
    first: duration(i18n, arm.firstAudio?.afterMs),
    sent: sentAfter(i18n, arm) ?? '–',
    stalls: arm.end.figures.stalls ?? 0,
    end: duration(i18n, (arm.heardToMs ?? arm.end.atMs) - run.start.startedAtMs),
  });
}
