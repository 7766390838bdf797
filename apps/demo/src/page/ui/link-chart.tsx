import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { DecisionMark } from '../state/conditions-history.js';
import type { ColourName, Palette } from './palette.js';

const heightPx = 144;
/** What a chart shows of the past. */
const windowS = 30;

export interface ChartLine {
  readonly colour: ColourName;
  readonly widthPx: number;
  readonly isDashed?: boolean;
  /** Fills the space down to the line before it. */
  readonly isBandTop?: boolean;
}

export interface LinkChartProps {
  readonly title: string;
  readonly value: string;
  /** These two are read once. */
  readonly lines: readonly ChartLine[];
  /** The axis goes up to here at least. */
  readonly leastTop: number;
  readonly palette: Palette;
  readonly atS: readonly number[];
  /** One for each line. */
  readonly columns: readonly (readonly (number | null)[])[];
  readonly marks: readonly DecisionMark[];
  /** Right edge, s on the server's clock. */
  readonly endS: number;
}

/** One figure of the link against time, with a mark for each decision. */
export function LinkChart(props: LinkChartProps) {
  const { title, value, atS, columns, endS } = props;
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  useLayoutEffect(() => {
    const made = new uPlot(
      plotOptions(props, () => latest.current),
      aligned(atS, columns),
      element.current!,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width } = element.current!;
      if (width > 0 && width !== made.width) made.setSize({ width, height: heightPx });
    });
    observer.observe(element.current!);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, []);
  useEffect(() => {
    plot.current?.setData(aligned(atS, columns), false);
    plot.current?.setScale('x', { min: endS - windowS, max: endS });
  });
  return (
    <div class="chart">
      <div class="chart-head">
        <b>{title}</b>
        <output>{value}</output>
      </div>
      <div class="chart-plot" role="img" aria-label={`${title}: ${value}`} ref={element} />
    </div>
  );
}

function aligned(atS: readonly number[], columns: LinkChartProps['columns']): uPlot.AlignedData {
  return [atS, ...columns] as unknown as uPlot.AlignedData;
}

function plotOptions(
  { lines, leastTop, palette }: LinkChartProps,
  latest: () => LinkChartProps,
): uPlot.Options {
  const font = '11px Inter, "Segoe UI", Roboto, Arial, "Liberation Sans", sans-serif';
  const quiet = { stroke: () => palette.get('ink-2'), font, ticks: { show: false } };
  return {
    width: 320,
    height: heightPx,
    padding: [8, 16, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false },
      y: { range: (_plot, _low, high) => [0, Math.max(leastTop, (high ?? 0) * 1.15)] },
    },
    axes: [
      {
        ...quiet,
        grid: { show: false },
        size: 20,
        gap: 3,
        splits: () => [20, 10, 0].map((agoS) => latest().endS - agoS),
        values: (_plot, splits) => splits.map((_, index) => `${(index - 2) * 10} s`.replace('-', '−')),
      },
      { ...quiet, grid: { stroke: () => palette.get('line'), width: 1 }, size: 42, gap: 4, space: 28 },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        stroke: () => palette.get(line.colour),
        width: line.widthPx,
        points: { show: false },
        spanGaps: false,
        ...(line.isDashed === true ? { dash: [4, 4] } : {}),
      })),
    ],
    bands: lines.flatMap((line, index) =>
      line.isBandTop === true
        ? [{ series: [index + 1, index] as [number, number], fill: () => faded(palette.get(line.colour)) }]
        : [],
    ),
    hooks: { drawClear: [(plot) => drawMarks(plot, latest())] },
  };
}

function drawMarks(plot: uPlot, { marks, endS, palette }: LinkChartProps): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { atS, decision } of marks) {
    if (atS < endS - windowS || !decision.applied || decision.what !== 'profile') continue;
    ctx.fillStyle = palette.profile(decision.to);
    const x = Math.round(plot.valToPos(atS, 'x', true));
    ctx.fillRect(x - devicePixelRatio, bbox.top, 2 * devicePixelRatio, bbox.height);
  }
  ctx.restore();
}

/** A colour of the palette, mostly transparent. */
function faded(colour: string): string {
  return `color-mix(in srgb, ${colour} 24%, transparent)`;
}
