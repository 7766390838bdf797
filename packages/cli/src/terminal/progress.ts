import type { Clock, Disposable } from '@eloquence/plugin-api';
import type { Terminal } from './terminal.js';

const REDRAW_MS = 120;
const REPEAT_MS = 5000;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Shows on stderr what is going on: one line that is redrawn on a terminal, plain lines elsewhere. */
export interface Progress extends Disposable {
  /** Begins a step, and ends the one before it as done. */
  step(label: string): void;
  /** Replaces the label of the current step, for example to count. */
  update(label: string): void;
  /** Ends the current step. */
  done(): void;
  fail(): void;
}

export function createProgress(terminal: Terminal, clock: Clock): Progress {
  return new StepProgress(terminal, clock, terminal.canRedraw ? redrawnLines(terminal) : plainLines);
}

/** No output at all. */
export const silentProgress: Progress = {
  step: () => undefined,
  update: () => undefined,
  done: () => undefined,
  fail: () => undefined,
  dispose: () => undefined,
};

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** What a step looks like while it runs, and at its end. */
interface ProgressLines {
  /** How often a running step is shown, ms. */
  readonly intervalMs: number;
  /** It is shown from its beginning on, rather than only once it has lasted for the interval. */
  readonly isShownAtOnce: boolean;
  running(label: string, elapsed: string, timesShown: number): string;
  ended(label: string, elapsed: string, isGood: boolean): string;
}

function redrawnLines({ errStyle }: Terminal): ProgressLines {
  const line = (sign: string, label: string, elapsed: string): string =>
    `\r\u001b[K${sign} ${label} ${errStyle.dim(elapsed)}`;
  return {
    intervalMs: REDRAW_MS,
    isShownAtOnce: true,
    running: (label, elapsed, timesShown) =>
      line(errStyle.accent(FRAMES[timesShown % FRAMES.length] ?? ''), label, elapsed),
    ended: (label, elapsed, isGood) =>
      `${line(isGood ? errStyle.good('✓') : errStyle.bad('✗'), label, elapsed)}\n`,
  };
}

const plainLines: ProgressLines = {
  intervalMs: REPEAT_MS,
  isShownAtOnce: false,
  running: (label, elapsed) => `  … ${label} (${elapsed})\n`,
  ended: (label, elapsed, isGood) => `${isGood ? 'ok' : 'failed'}: ${label} (${elapsed})\n`,
};

class StepProgress implements Progress {
  readonly #terminal: Terminal;
  readonly #clock: Clock;
  readonly #lines: ProgressLines;
  #label: string | undefined;
  #startedMs = 0;
  #timesShown = 0;
  #timer: Disposable | undefined;

  constructor(terminal: Terminal, clock: Clock, lines: ProgressLines) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.#lines = lines;
  }

  step(label: string): void {
    this.done();
    this.#label = label;
    this.#startedMs = this.#clock.nowMs();
    if (this.#lines.isShownAtOnce) this.#show();
    else this.#plan();
  }

  update(label: string): void {
    if (this.#label !== undefined) this.#label = label;
  }

  done(): void {
    this.#end(true);
  }

  fail(): void {
    this.#end(false);
  }

  dispose(): void {
    this.fail();
  }

  #show(): void {
    if (this.#label === undefined) return;
    this.#terminal.err(this.#lines.running(this.#label, this.#elapsed(), this.#timesShown++));
    this.#plan();
  }

  #plan(): void {
    this.#timer = this.#clock.setTimer(() => this.#show(), this.#lines.intervalMs);
  }

  #end(isGood: boolean): void {
    if (this.#label === undefined) return;
    this.#timer?.dispose();
    this.#terminal.err(this.#lines.ended(this.#label, this.#elapsed(), isGood));
    this.#label = undefined;
  }

  #elapsed(): string {
    return seconds(this.#clock.nowMs() - this.#startedMs);
  }
}
