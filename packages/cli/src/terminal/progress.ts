import type { Clock, Disposable } from '@eloquence/plugin-api';
import type { Terminal } from './terminal.js';

const REDRAW_MS = 120;
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
  return terminal.canRedraw ? new RedrawnProgress(terminal, clock) : new PlainProgress(terminal, clock);
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

class RedrawnProgress implements Progress {
  readonly #terminal: Terminal;
  readonly #clock: Clock;
  #label: string | undefined;
  #startedMs = 0;
  #frame = 0;
  #timer: Disposable | undefined;

  constructor(terminal: Terminal, clock: Clock) {
    this.#terminal = terminal;
    this.#clock = clock;
  }

  step(label: string): void {
    this.done();
    this.#label = label;
    this.#startedMs = this.#clock.nowMs();
    this.#draw();
  }

  update(label: string): void {
    if (this.#label !== undefined) this.#label = label;
  }

  done(): void {
    this.#end(this.#terminal.errStyle.good('✓'));
  }

  fail(): void {
    this.#end(this.#terminal.errStyle.bad('✗'));
  }

  dispose(): void {
    this.fail();
  }

  #draw(): void {
    if (this.#label === undefined) return;
    const { errStyle } = this.#terminal;
    const elapsed = seconds(this.#clock.nowMs() - this.#startedMs);
    const sign = FRAMES[this.#frame++ % FRAMES.length] ?? '';
    this.#terminal.err(`\r\u001b[K${errStyle.accent(sign)} ${this.#label} ${errStyle.dim(elapsed)}`);
    this.#timer = this.#clock.setTimer(() => this.#draw(), REDRAW_MS);
  }

  #end(sign: string): void {
    if (this.#label === undefined) return;
    this.#timer?.dispose();
    const elapsed = this.#terminal.errStyle.dim(seconds(this.#clock.nowMs() - this.#startedMs));
    this.#terminal.err(`\r\u001b[K${sign} ${this.#label} ${elapsed}\n`);
    this.#label = undefined;
  }
}

const REPEAT_MS = 5000;

class PlainProgress implements Progress {
  readonly #terminal: Terminal;
  readonly #clock: Clock;
  #label: string | undefined;
  #startedMs = 0;
  #timer: Disposable | undefined;

  constructor(terminal: Terminal, clock: Clock) {
    this.#terminal = terminal;
    this.#clock = clock;
  }

  step(label: string): void {
    this.done();
    this.#label = label;
    this.#startedMs = this.#clock.nowMs();
    this.#repeat();
  }

  update(label: string): void {
    if (this.#label !== undefined) this.#label = label;
  }

  done(): void {
    this.#end('ok');
  }

  fail(): void {
    this.#end('failed');
  }

  dispose(): void {
    this.fail();
  }

  #repeat(): void {
    this.#timer = this.#clock.setTimer(() => {
      this.#terminal.err(`  … ${this.#label} (${seconds(this.#clock.nowMs() - this.#startedMs)})\n`);
      this.#repeat();
    }, REPEAT_MS);
  }

  #end(word: string): void {
    if (this.#label === undefined) return;
    this.#timer?.dispose();
    this.#terminal.err(`${word}: ${this.#label} (${seconds(this.#clock.nowMs() - this.#startedMs)})\n`);
    this.#label = undefined;
  }
}
