import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runCli } from './run.js';

interface Run {
  readonly out: () => string;
  readonly err: () => string;
  readonly type: (line: string) => void;
  readonly interrupt: () => void;
  readonly exitCode: Promise<number>;
}

function run(...args: string[]): Run {
  let out = '';
  let err = '';
  let interrupt = (): void => undefined;
  const interrupted = new Promise<void>((resolve) => (interrupt = resolve));
  const stdin = new PassThrough();
  const exitCode = runCli({
    args,
    stdin,
    write: (text) => (out += text),
    writeError: (text) => (err += text),
    hasColour: false,
    interrupted,
    isolation: 'in-process',
  });
  return { out: () => out, err: () => err, type: (line) => stdin.write(`${line}\n`), interrupt, exitCode };
}

const events = (run: Run): { event: string; [key: string]: unknown }[] =>
  run
    .out()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { event: string });

describe('netlab', () => {
  it('explains itself', async () => {
    const help = run('--help');
    expect(await help.exitCode).toBe(0);
    expect(help.out()).toMatch(/^Usage: netlab/);
    for (const name of ['none', 'A', 'B', 'C', 'D', 'E', 'F', 'S'])
      expect(help.out()).toMatch(`\n  ${name} `);
    for (const line of help.out().split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it.each([
    [['--lnk', 'C'], 'Did you mean --link?'],
    [['--link'], 'a value'],
    [['--link', '--json'], 'a value'],
    [['--link', 'G'], 'Did you mean'],
    [['--link', '{"rtMs":1}'], "'rttMs'"],
    [['--udp', 'x'], '--udp'],
    [['--udp', '70000'], '65535'],
    [['--json=yes'], 'no value'],
    [['C'], '--help'],
    [['--server', 'wss://127.0.0.1:7880'], 'ws://'],
    [['--server', 'ws://192.0.2.1:7880'], '127.0.0.0/8'],
    [['--server', 'nonsense'], 'ws://127.0.0.1:7880'],
    [['--seed', '1.5'], 'whole number'],
  ])('refuses %o with code 2', async (args, hint) => {
    const wrong = run(...args);
    expect(await wrong.exitCode).toBe(2);
    expect(wrong.out() + wrong.err()).toContain(hint);
  });

  it('says which port is taken, with code 1', async () => {
    const first = run('--json');
    await expect.poll(() => events(first)[0]?.event).toBe('ready');
    const second = run('--signal-port', String(events(first)[0]?.['signalPort']));
    expect(await second.exitCode).toBe(1);
    expect(second.err()).toContain('EADDRINUSE');
    first.interrupt();
    expect(await first.exitCode).toBe(0);
  });

  it('carries out one JSON object a line, and survives the others', async () => {
    const live = run('--link', 'B', '--seed', '3', '--json');
    live.type('{"link":"C"}');
    live.type('{"link":{"rttMs":10},"up":{"lossPercent":5}}');
    live.type('{"both":{"losPercent":5}}');
    live.type('nonsense');
    live.type('{"blackout":5}');
    live.type('{"blackoutMs":"5"}');
    live.type('');
    live.type('{"blackoutMs":10000,"stats":true}');
    await expect.poll(() => events(live).at(-1)?.event).toBe('stats');
    live.interrupt();
    expect(await live.exitCode).toBe(0);
    const seen = events(live);
    expect(seen.map(({ event }) => event)).toEqual([
      'ready',
      'applied',
      'applied',
      'error',
      'error',
      'error',
      'error',
      'applied',
      'stats',
      'closed',
    ]);
    expect(seen[0]).toMatchObject({ url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/), seed: 3 });
    expect(seen[5]).toMatchObject({ code: 'LINK_INVALID', hint: expect.stringContaining("'blackoutMs'") });
    expect(seen[8]).toMatchObject({
      stats: {
        up: { conditions: { delayMs: 5, lossPercent: 5, down: true } },
        down: { conditions: { delayMs: 5, lossPercent: 0, down: true } },
      },
    });
  });

  it('speaks plainly to people', async () => {
    const plain = run('--link', 'E');
    await expect.poll(plain.out).toMatch(/connect to +ws:\/\/127/);
    expect(plain.out()).toContain('8 % in bursts of 30 ms');
    plain.interrupt();
    expect(await plain.exitCode).toBe(0);
    expect(plain.out()).toMatch(/flows +0 open/);
    // eslint-disable-next-line no-control-regex
    expect(plain.out()).not.toMatch(/\u001b/);
  });
});
