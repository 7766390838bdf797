import {
  type Column,
  describeLink,
  describeServer,
  formatQuantity,
  NOT_DEFINED,
  renderTable,
  type Style,
} from '@eloquence/cli';
import type { ArmReport, NumberName, SpeakReport } from '@eloquence/testbed';

interface ComparedFigure {
  readonly label: string;
  readonly name: NumberName;
  readonly unit: string;
  /** Which way is better; absent where a ratio says nothing. */
  readonly better?: 'less' | 'more';
}

const comparedFigures: ReadonlyArray<ComparedFigure | '-'> = [
  { label: 'first audio after', name: 'timeToFirstAudioMs', unit: 'ms', better: 'less' },
  { label: 'all of it delivered after', name: 'deliveryMs', unit: 'ms', better: 'less' },
  { label: 'delivery efficiency', name: 'efficiencyPercent', unit: '%', better: 'more' },
  { label: 'reference efficiency', name: 'referenceEfficiencyPercent', unit: '%', better: 'more' },
  { label: 'sending overhead per 10 ms', name: 'overheadPerChunkMs', unit: 'ms', better: 'less' },
  '-',
  { label: 'stalls', name: 'stalls', unit: '' },
  { label: 'concealed', name: 'concealedMs', unit: 'ms' },
  { label: 'frames lost', name: 'framesLost', unit: '' },
  { label: 'bytes on the wire', name: 'wireBytes', unit: 'B', better: 'less' },
];

/** How many times better `ours` is, in words: `45× less`. */
export function describeRatio(ours: number | null, theirs: number | null, better: 'less' | 'more'): string {
  if (ours === null || theirs === null || ours <= 0 || theirs <= 0) return NOT_DEFINED;
  const factor = better === 'less' ? theirs / ours : ours / theirs;
  const direction = factor >= 1 ? better : better === 'less' ? 'more' : 'less';
  const times = Math.max(factor, 1 / factor);
  return `${times >= 9.95 ? times.toFixed(0) : times.toFixed(1)}× ${direction}`;
}

/** Both arms of one run side by side; a simulated room has no loop to compare with, and the first one stands alone. */
export function renderComparison(report: SpeakReport, style: Style): string {
  const [ours, legacy] = report.arms;
  if (ours === undefined) return '';
  const columns: readonly Column[] = [
    { title: style.accent(`link ${describeLink(report.link)}`), align: 'left' },
    { title: style.bold('Eloquence'), align: 'right' },
    ...(legacy === undefined ? [] : comparedColumns(style)),
  ];
  const rows = comparedFigures.map((figure) =>
    figure === '-' ? figure : rowOf(figure, ours, legacy, style),
  );
  return renderTable(columns, rows).join('\n');
}

function comparedColumns(style: Style): readonly Column[] {
  return [
    { title: style.bold('10 ms loop'), align: 'right' },
    { title: '', align: 'right' },
  ];
}

function rowOf(
  figure: ComparedFigure,
  ours: ArmReport,
  legacy: ArmReport | undefined,
  style: Style,
): string[] {
  const ourValue = ours.summary.figures[figure.name];
  const ourCells = [figure.label, formatQuantity(ourValue, figure.unit)];
  if (legacy === undefined) return ourCells;
  const legacyValue = legacy.summary.figures[figure.name];
  const ratio = figure.better === undefined ? '' : describeRatio(ourValue, legacyValue, figure.better);
  const isBetter = figure.better !== undefined && ratio.endsWith(figure.better);
  return [...ourCells, formatQuantity(legacyValue, figure.unit), isBetter ? style.good(ratio) : ratio];
}

/** One line that says what was real about the run. */
export function describeReality(report: SpeakReport, style: Style): string {
  return report.simulated
    ? `${describeServer(report, style)}: install Go or set LIVEKIT_URL to use a real server.`
    : `Real: ${describeServer(report, style)}, speaker, listener and emulated link in processes of their own.`;
}
