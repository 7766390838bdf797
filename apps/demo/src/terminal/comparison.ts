import {
  describeLink,
  describeServer,
  formatQuantity,
  left,
  NOT_DEFINED,
  renderTable,
  right,
  type Style,
} from '@eloquence/cli';
import { type ArmReport, type NumberName, percentile, type SpeakReport } from '@eloquence/testbed';

/** A figure of a way of speaking, over its runs. */
type FigureOf = (arm: ArmReport) => number | null;

interface ComparedFigure {
  readonly label: string;
  readonly valueOf: FigureOf;
  readonly unit: string;
  /** Which way is better; absent where a ratio says nothing. */
  readonly better?: 'less' | 'more';
}

const medianOf =
  (name: NumberName): FigureOf =>
  ({ summary }) =>
    summary.p50[name];
const totalOf =
  (name: NumberName): FigureOf =>
  ({ summary }) =>
    summary.figures[name];

/** What the delivery efficiency compares with. */
const linkAloneMs: FigureOf = ({ summary: { values } }) => {
  const ideals = values.deliveryMs.map((ms, at) => (Number(ms) * Number(values.efficiencyPercent[at])) / 100);
  return percentile(ideals.filter(Boolean), 0.5);
};

const comparedFigures: ReadonlyArray<ComparedFigure | '-'> = [
  { label: 'first audio after', valueOf: medianOf('timeToFirstAudioMs'), unit: 'ms', better: 'less' },
  { label: 'all of it delivered after', valueOf: medianOf('deliveryMs'), unit: 'ms', better: 'less' },
  { label: 'of which the link alone needs', valueOf: linkAloneMs, unit: 'ms' },
  { label: 'delivery efficiency', valueOf: medianOf('efficiencyPercent'), unit: '%', better: 'more' },
  {
    label: 'reference efficiency',
    valueOf: medianOf('referenceEfficiencyPercent'),
    unit: '%',
    better: 'more',
  },
  {
    label: 'sending overhead per 10 ms',
    valueOf: medianOf('overheadPerChunkMs'),
    unit: 'ms',
    better: 'less',
  },
  { label: 'bytes on the wire', valueOf: medianOf('wireBytes'), unit: 'B', better: 'less' },
  '-',
  { label: 'stalls, all runs', valueOf: totalOf('stalls'), unit: '' },
  { label: 'concealed, all runs', valueOf: totalOf('concealedMs'), unit: 'ms' },
  { label: 'frames lost, all runs', valueOf: totalOf('framesLost'), unit: '' },
];

/** What is not said by its name. */
export const explanations = [
  'Delivery efficiency: what the link alone needs for these bytes, as a share of the time taken. On a fast link the',
  'rest is computing. Reference efficiency: the same for 48 kHz PCM of this length, 100 % at most.',
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
  const columns = [
    ...left(style.accent(`link ${describeLink(report.link)}`)),
    ...right(style.bold('Eloquence'), ...(legacy === undefined ? [] : [style.bold('10 ms loop'), ''])),
  ];
  const rows = comparedFigures.map((figure) =>
    figure === '-' ? figure : rowOf(figure, ours, legacy, style),
  );
  return renderTable(columns, rows).join('\n');
}

function rowOf(
  figure: ComparedFigure,
  ours: ArmReport,
  legacy: ArmReport | undefined,
  style: Style,
): string[] {
  const ourValue = figure.valueOf(ours);
  const ourCells = [figure.label, formatQuantity(ourValue, figure.unit)];
  if (legacy === undefined) return ourCells;
  const legacyValue = figure.valueOf(legacy);
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
