import { VirtualClock } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { createProgress } from './progress.js';
import type { Terminal } from './terminal.js';

function setUp(canRedraw: boolean): { written: string[]; clock: VirtualClock; terminal: Terminal } {
  const written: string[] = [];
  const same = (text: string): string => text;
  const errStyle = { good: same, bad: same, accent: same, dim: same };
  const terminal = { canRedraw, errStyle, err: (text: string) => written.push(text) };
  return { written, clock: new VirtualClock(), terminal: terminal as unknown as Terminal };
}

describe('progress', () => {
  it('writes plain lines elsewhere than on a terminal: now and then while a step lasts, and at its end', () => {
    const { written, clock, terminal } = setUp(false);
    const progress = createProgress(terminal, clock);
    progress.step('building');
    clock.advance(4900);
    expect(written).toEqual([]);
    clock.advance(200);
    progress.step('starting');
    clock.advance(1000);
    progress.fail();
    progress.dispose();
    expect(written).toEqual([
      '  … building (5.0 s)\n',
      'ok: building (5.1 s)\n',
      'failed: starting (1.0 s)\n',
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('redraws one line on a terminal, from the beginning of a step on', () => {
    const { written, clock, terminal } = setUp(true);
    const progress = createProgress(terminal, clock);
    progress.step('building');
    clock.advance(120);
    progress.update('building 2 of 2');
    clock.advance(120);
    progress.done();
    expect(written).toEqual([
      '\r\u001b[K⠋ building 0.0 s',
      '\r\u001b[K⠙ building 0.1 s',
      '\r\u001b[K⠹ building 2 of 2 0.2 s',
      '\r\u001b[K✓ building 2 of 2 0.2 s\n',
    ]);
    expect(clock.pendingTimers).toBe(0);
  });
});
