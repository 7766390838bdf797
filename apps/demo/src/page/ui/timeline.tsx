import type { ArmId } from '../../protocol.js';
import type { ArmRun, Progress, Run } from '../state/run.js';

const widthsMs = [4, 6, 8, 10, 12, 16, 20, 25, 30, 40, 50, 60, 80, 100, 120, 180, 240, 300, 450, 600].map(
  (seconds) => seconds * 1000,
);

/** The least width of a time axis that shows a duration, with a little room: grows in steps, not all the time. */
export function axisWidthMs(durationMs: number): number {
  return widthsMs.find((width) => width * 0.96 >= durationMs) ?? Math.ceil(durationMs / 60_000 + 1) * 60_000;
}

/** Distance between the marks of an axis: about five of them. */
export function axisStepMs(widthMs: number): number {
  const steps = [500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000];
  return steps.find((step) => widthMs / step <= 6.1) ?? 300_000;
}

const rowHeight = 26;
const barHeight = 14;
const axisTop = 4 * rowHeight;
const height = 124;
const leastBarPx = 3;

export interface TimelineProps {
  readonly arm: ArmId;
  readonly run: Run | undefined;
  readonly nowMs: number;
  readonly axisMs: number;
  readonly label: string;
}

/** What one arm did, against time: a bar for each stage, from when its first piece was there to its last. */
export function Timeline({ arm, run, nowMs, axisMs, label }: TimelineProps) {
  const own = run?.arms.get(arm);
  const stepMs = axisStepMs(axisMs);
  const marksMs = Array.from({ length: Math.ceil(axisMs / stepMs) }, (_, index) => index * stepMs);
  return (
    <svg class="timeline-plot" height={height} role="img" aria-label={label}>
      {[0, 1, 2, 3].map((row) => (
        <rect key={row} class="bar-empty" y={barTop(row)} width="100%" height={barHeight} rx={4} />
      ))}
      {marksMs.map((atMs) => (
        <g key={atMs}>
          {atMs > 0 && <rect class="axis-mark" x={share(atMs, axisMs)} width={1} height={axisTop} />}
          <text x={share(atMs, axisMs)} y={height - 4} text-anchor={atMs === 0 ? 'start' : 'middle'}>
            {atMs === 0 ? '0 s' : (atMs / 1000).toFixed(stepMs % 1000 === 0 ? 0 : 1)}
          </text>
        </g>
      ))}
      {run !== undefined && own !== undefined && <Bars run={run} arm={own} nowMs={nowMs} axisMs={axisMs} />}
    </svg>
  );
}

/** Played is solid, there but not yet heard is light, and what was missing is marked. */
function Bars(props: {
  readonly run: Run;
  readonly arm: ArmRun;
  readonly nowMs: number;
  readonly axisMs: number;
}) {
  const { run, arm, nowMs, axisMs } = props;
  const beginMs = run.start.startedAtMs;
  const bar = (row: number, look: string, fromMs: number | undefined, toMs: number | undefined) => {
    if (fromMs === undefined || toMs === undefined) return null;
    const x = share(fromMs - beginMs, axisMs);
    const common = { x, y: barTop(row), height: barHeight, rx: 4 };
    return (
      <g class={look}>
        <rect {...common} width={share(toMs - Math.max(fromMs, beginMs), axisMs)} />
        <rect {...common} width={leastBarPx} />
      </g>
    );
  };
  /** Pieces as strokes: dense where much came at once, spread where it was paced. */
  const steps = (row: number, look: string, pieces: readonly Progress[], fromMs?: number, toMs?: number) => (
    <>
      {bar(row, `${look} bar-light`, fromMs, toMs)}
      <svg y={barTop(row)} height={barHeight} viewBox={`0 0 ${axisMs} 1`} preserveAspectRatio="none">
        <path
          class={`${look} strokes`}
          d={pieces.map(({ atMs }) => `M${Math.round(atMs - beginMs)} 0v1`).join('')}
        />
      </svg>
    </>
  );
  const heardFromMs = arm.firstAudio?.heardAtMs;
  const heardToMs = arm.heardToMs ?? nowMs;
  const isAhead = arm.heardToMs === undefined && arm.stopped === undefined;
  return (
    <>
      {run.start.mode === 'whole'
        ? bar(0, 'bar-text', beginMs, run.textReadyAtMs ?? beginMs)
        : steps(0, 'bar-text', run.typed, beginMs, run.textReadyAtMs ?? nowMs)}
      {bar(1, 'bar-voice', run.firstPcmAtMs, run.isVoiceComplete ? run.voice.at(-1)?.atMs : nowMs)}
      {steps(2, 'bar-arm', arm.sent, arm.startedAtMs ?? arm.sent[0]?.atMs, arm.lastSentAtMs)}
      {isAhead && bar(3, 'bar-arm bar-light', heardFromMs, heardToMs + (arm.bufferAheadMs(nowMs) ?? 0))}
      {bar(3, 'bar-arm', heardFromMs, heardToMs)}
      {arm.stalls.map(({ fromMs, toMs }) => bar(3, 'bar-bad', fromMs, toMs ?? nowMs))}
      {arm.end === undefined && (
        <rect class="axis-now" x={share(nowMs - beginMs, axisMs)} width={2} height={axisTop} />
      )}
    </>
  );
}

function barTop(row: number): number {
  return row * rowHeight + (rowHeight - barHeight) / 2;
}

/** Of the axis, as an attribute. */
function share(ms: number, axisMs: number): string {
  return `${((100 * Math.max(0, ms)) / axisMs).toFixed(3)}%`;
}
