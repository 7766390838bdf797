import uPlot from 'uplot';
import type { DecisionMark } from '../state/conditions-history.js';
import { el, setText } from './dom.js';
import type { ColourName, Palette } from './palette.js';

const heightPx = 144;
/** What a chart shows of the past. */
export const windowS = 30;

export interface ChartLine {
  readonly colour: ColourName;
  readonly widthPx: number;
  readonly isDashed?: boolean;
  /** Fills the space down to the line before it. */
  readonly isBandTop?: boolean;
}

export type ChartColumns = readonly (readonly (number | null)[])[];

/** One figure of the link against time, with a mark for each decision. */
export class LinkChart {
  readonly element: HTMLElement;
  readonly #title = el('b');
  readonly #value = el('output');
  readonly #plotElement = el('div', { class: 'chart-plot', role: 'img' });
  readonly #plot: uPlot;
  #marks: readonly DecisionMark[] = [];
  #endS = 0;

  constructor(
    lines: readonly ChartLine[],
    leastTop: number,
    private readonly palette: Palette,
  ) {
    this.element = el(
      'div',
      { class: 'chart' },
      el('div', { class: 'chart-head' }, this.#title, this.#value),
      this.#plotElement,
    );
    this.#plot = new uPlot(
      this.#options(lines, leastTop),
      this.#columns(
        [],
        lines.map(() => []),
      ),
      this.#plotElement,
    );
    new ResizeObserver(() => this.#resize()).observe(this.#plotElement);
  }

  describe(title: string, value: string): void {
    setText(this.#title, title);
    setText(this.#value, value);
    const label = `${title}: ${value}`;
    if (this.#plotElement.getAttribute('aria-label') !== label)
      this.#plotElement.setAttribute('aria-label', label);
  }

  draw(atS: readonly number[], columns: ChartColumns, marks: readonly DecisionMark[], endS: number): void {
    this.#marks = marks;
    this.#endS = endS;
    this.#plot.setData(this.#columns(atS, columns), false);
    this.#plot.setScale('x', { min: endS - windowS, max: endS });
  }

  #columns(atS: readonly number[], columns: ChartColumns): uPlot.AlignedData {
    return [atS, ...columns] as unknown as uPlot.AlignedData;
  }

  #resize(): void {
    const width = this.#plotElement.clientWidth;
    if (width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: heightPx });
  }

  #options(lines: readonly ChartLine[], leastTop: number): uPlot.Options {
    const { palette } = this;
    const font = '11px Inter, "Segoe UI", Roboto, Arial, "Liberation Sans", sans-serif';
    const quiet = { stroke: () => palette.get('ink-2'), font, ticks: { show: false } };
    const grid = { stroke: () => palette.get('line'), width: 1 };
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
          splits: () => [20, 10, 0].map((agoS) => this.#endS - agoS),
          values: (_plot, splits) => splits.map((_, index) => `${(index - 2) * 10} s`.replace('-', '−')),
        },
        { ...quiet, grid, size: 42, gap: 4, space: 28 },
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
      hooks: { drawClear: [(plot) => this.#drawMarks(plot)] },
    };
  }

  #drawMarks(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const begin = this.#endS - windowS;
    ctx.save();
    for (const { atS, decision } of this.#marks) {
      if (atS < begin || !decision.applied || decision.what !== 'profile') continue;
      const x = Math.round(plot.valToPos(atS, 'x', true));
      ctx.fillStyle = this.palette.profile(decision.to);
      ctx.fillRect(x - devicePixelRatio, bbox.top, 2 * devicePixelRatio, bbox.height);
    }
    ctx.restore();
  }
}

/** A colour of the palette, mostly transparent. */
function faded(colour: string): string {
  return `color-mix(in srgb, ${colour} 24%, transparent)`;
}
