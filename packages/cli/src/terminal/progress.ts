import type { Clock, Disposable } from '@eloquence/plugin-api';
import type { Progress } from '@eloquence/testbed';
import type { Terminal } from './terminal.js';

const redrawMs = 120;
const repeatMs = 5000;
const frames = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'];

/**
 * Shows on stderr what is going on: one line that is redrawn on a terminal; elsewhere a line at the end of a step, and
 * now and then while it lasts. A step that goes on when this is disposed has failed.
 */
export function createProgress(terminal: Terminal, clock: Clock): Progress & Disposable {
  const { canRedraw, errStyle } = terminal;
  let current: { label: string; readonly startedMs: number; timesShown: number } | undefined;
  let timer: Disposable | undefined;

  const write = (sign: string, plainSign: string, isEnd: boolean): void => {
    if (current === undefined) return;
    const elapsed = `${((clock.nowMs() - current.startedMs) / 1000).toFixed(1)} s`;
    const line = canRedraw
      ? `\r\u001b[K${sign} ${current.label} ${errStyle.dim(elapsed)}`
      : `${plainSign} ${current.label} (${elapsed})`;
    terminal.err(isEnd || !canRedraw ? `${line}\n` : line);
  };
  const plan = (): void => {
    timer = clock.setTimer(show, canRedraw ? redrawMs : repeatMs);
  };
  const show = (): void => {
    if (current === undefined) return;
    write(errStyle.accent(frames[current.timesShown++ % frames.length] ?? ''), '  …', false);
    plan();
  };
  const end = (sign: string, plainSign: string): void => {
    timer?.dispose();
    write(sign, plainSign, true);
    current = undefined;
  };
  const done = (): void => end(errStyle.good('✓'), 'ok:');
  const fail = (): void => end(errStyle.bad('✗'), 'failed:');
  return {
    step: (label) => {
      done();
      current = { label, startedMs: clock.nowMs(), timesShown: 0 };
      if (canRedraw) show();
      else plan();
    },
    update: (label) => {
      if (current !== undefined) current.label = label;
    },
    done,
    fail,
    dispose: fail,
  };
}
