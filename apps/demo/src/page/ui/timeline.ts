import type { ArmRun, Progress, Run } from '../state/run.js';
import type { Palette } from './palette.js';

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

/** What one arm did, against time: a bar for each stage, from when its first piece was there to its last. */
export class Timeline {
  readonly #context: CanvasRenderingContext2D;
  readonly #observer: ResizeObserver;
  #width = 0;
  #height = 0;
  /** Of the canvas' pixels to those of the style sheet; 0 after a change of size. */
  #ratio = 0;
  /** CSS pixels for each ms, and when the axis begins. */
  #scale = 0;
  #originMs = 0;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly palette: Palette,
    onDidResize: () => void,
  ) {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('This browser has no 2D canvas.');
    this.#context = context;
    this.#observer = new ResizeObserver(() => {
      this.#resize();
      onDidResize();
    });
    this.#observer.observe(canvas);
  }

  dispose(): void {
    this.#observer.disconnect();
  }

  draw(run: Run | undefined, arm: ArmRun | undefined, nowMs: number, axisMs: number): void {
    this.#fit();
    const draw = this.#context;
    draw.clearRect(0, 0, this.#width, this.#height);
    this.#scale = this.#width / axisMs;
    this.#originMs = run?.start.startedAtMs ?? 0;
    this.#drawAxis(axisMs);
    if (run === undefined || arm === undefined) return;
    const isRunning = arm.end === undefined;
    const colour = this.palette.get(`arm-${arm.arm}`);
    this.#drawText(run, nowMs);
    this.#drawBar(
      1,
      run.firstPcmAtMs,
      run.isVoiceComplete ? run.voice.at(-1)?.atMs : nowMs,
      this.palette.get('ink-2'),
    );
    this.#drawPackets(arm, colour);
    this.#drawPlayout(arm, nowMs, colour);
    if (isRunning) this.#drawNow(nowMs);
  }

  /** The size is watched, not read: reading it would make the browser lay out the page in the middle of a picture. */
  #resize(): void {
    const { clientWidth, clientHeight } = this.canvas;
    this.#width = clientWidth;
    this.#height = clientHeight;
    this.#ratio = 0;
  }

  #fit(): void {
    if (this.#ratio !== devicePixelRatio) {
      this.#ratio = devicePixelRatio;
      this.canvas.width = Math.round(this.#width * this.#ratio);
      this.canvas.height = Math.round(this.#height * this.#ratio);
    }
    this.#context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
  }

  #x(atMs: number): number {
    return Math.max(0, (atMs - this.#originMs) * this.#scale);
  }

  #drawAxis(axisMs: number): void {
    const draw = this.#context;
    const stepMs = axisStepMs(axisMs);
    draw.font = '11px Inter, "Segoe UI", Roboto, Arial, "Liberation Sans", sans-serif';
    draw.textBaseline = 'bottom';
    for (let row = 0; row < 4; row++) {
      this.#rect(
        0,
        row * rowHeight + (rowHeight - barHeight) / 2,
        this.#width,
        barHeight,
        this.palette.get('surface-2'),
      );
    }
    for (let atMs = 0; atMs < axisMs; atMs += stepMs) {
      const x = atMs * this.#scale;
      draw.fillStyle = this.palette.get('line');
      if (atMs > 0) draw.fillRect(Math.round(x), 0, 1, axisTop);
      draw.fillStyle = this.palette.get('ink-2');
      const label = stepMs % 1000 === 0 ? `${atMs / 1000}` : (atMs / 1000).toFixed(1);
      draw.textAlign = atMs === 0 ? 'left' : 'center';
      draw.fillText(atMs === 0 ? '0 s' : label, x, this.#height - 2);
    }
  }

  #drawText(run: Run, nowMs: number): void {
    const begin = run.start.startedAtMs;
    const isWhole = run.start.mode === 'whole';
    const end = run.textReadyAtMs ?? (isWhole ? begin : nowMs);
    const colour = this.palette.get('line-strong');
    if (isWhole) this.#drawBar(0, begin, Math.max(end, begin), colour);
    else this.#drawSteps(0, run.typed, begin, end, colour);
  }

  /** Packets as strokes: dense where much left at once, spread where it was paced. */
  #drawPackets(arm: ArmRun, colour: string): void {
    const begin = arm.startedAtMs ?? arm.sent[0]?.atMs;
    if (begin === undefined || arm.lastSentAtMs === undefined) return;
    this.#drawSteps(2, arm.sent, begin, arm.lastSentAtMs, colour);
  }

  /** Played is solid, there but not yet heard is light, and what was missing is marked. */
  #drawPlayout(arm: ArmRun, nowMs: number, colour: string): void {
    const begin = arm.firstAudio?.heardAtMs;
    if (begin === undefined) return;
    const heardTo = arm.heardToMs ?? nowMs;
    if (arm.heardToMs === undefined && arm.stopped === undefined) {
      const draw = this.#context;
      draw.globalAlpha = 0.3;
      this.#drawBar(3, begin, heardTo + (arm.leadMs(nowMs) ?? 0), colour);
      draw.globalAlpha = 1;
    }
    this.#drawBar(3, begin, Math.max(begin, heardTo), colour);
    for (const { fromMs, toMs } of arm.stalls)
      this.#drawBar(3, fromMs, toMs ?? nowMs, this.palette.get('bad'));
  }

  #drawNow(nowMs: number): void {
    this.#context.fillStyle = this.palette.get('ink');
    this.#context.fillRect(Math.round(this.#x(nowMs)) - 1, 0, 2, axisTop);
  }

  #drawBar(row: number, fromMs: number | undefined, toMs: number | undefined, colour: string): void {
    if (fromMs === undefined || toMs === undefined) return;
    const x = this.#x(fromMs);
    const y = row * rowHeight + (rowHeight - barHeight) / 2;
    this.#rect(x, y, Math.max(3, this.#x(toMs) - x), barHeight, colour);
  }

  /** A bar whose pieces are as high as much was added at once. */
  #drawSteps(row: number, steps: readonly Progress[], fromMs: number, toMs: number, colour: string): void {
    const draw = this.#context;
    draw.globalAlpha = 0.32;
    this.#drawBar(row, fromMs, toMs, colour);
    draw.globalAlpha = 1;
    draw.fillStyle = colour;
    const y = row * rowHeight + (rowHeight - barHeight) / 2;
    for (const { atMs } of steps) draw.fillRect(this.#x(atMs), y, 2, barHeight);
  }

  #rect(x: number, y: number, width: number, height: number, colour: string): void {
    const draw = this.#context;
    draw.fillStyle = colour;
    draw.beginPath();
    draw.roundRect(x, y, width, height, Math.min(4, width / 2));
    draw.fill();
  }
}
