import { loadavg } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { measureEndurance } from './player-endurance.js';
import { measureHidden } from './player-hidden.js';
import { type PlayerResult, plainResult, printReport } from './player-report.js';
import { PlayerHarness } from './player-harness.js';
import { parseProgram } from './program-options.js';

const help = `Lets the player play for long: its engine, rings and mixer on virtual time, without a break, with sound cards
that run too fast and too slow; then the whole of it in Chromium, in real time, on link B, and in a tab that is hidden
behind another one, whose timers Chromium slows down.

  npm run soak -w apps/demo-e2e -- [options]

  --json        print one JSON object
  --hours n     of virtual time, for each case; 0 leaves them out; default 2
  --minutes n   in Chromium; 0 leaves it out; default 10
  --hidden n    seconds in a hidden tab; 0 leaves it out; default 60

Exit codes: 0 all targets hold, 1 one was missed, 2 wrong option.
`;

/** The part of the player's own tests that runs its engine on virtual time. */
interface EngineSoak {
  soakEngine(options: {
    readonly seconds: number;
    readonly cardPpm: number;
    readonly source: 'ahead' | 'live';
    readonly usedHeap: () => number;
    readonly onProgress?: (seconds: number) => void;
  }): Promise<{
    readonly stalls: number;
    readonly stalledMs: number;
    readonly framesPlayed: number;
    readonly droppedSamples: number;
    readonly leadBeginMs: number;
    readonly leadEndMs: number;
    readonly heapBytes: number;
    readonly heapGrowthBytes: number;
    readonly stretchedMs: number;
    readonly shortenedMs: number;
    readonly tookSeconds: number;
  }>;
}

const none = { relation: '=', limit: 0 } as const;
const fiveMegabytes = { relation: '≤', limit: 5 } as const;
/** Quartz oscillators of sound cards are within 100 millionths; twice that is tried. */
const cases = [
  { name: 'card 200 ppm fast', cardPpm: 200, source: 'ahead' },
  { name: 'card 200 ppm slow', cardPpm: -200, source: 'ahead' },
  { name: 'card 200 ppm fast, live source', cardPpm: 200, source: 'live' },
  { name: 'card 200 ppm slow, live source', cardPpm: -200, source: 'live' },
] as const;

export async function main(args: string[], load: (path: string) => Promise<unknown>): Promise<number> {
  const options = parse(args);
  if (typeof options === 'number') return options;
  const { soakEngine } = (await load('packages/player/src/testing/engine-soak.ts')) as EngineSoak;
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const usedHeap = (): number => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const seconds = Math.round(options.hours * 3600);
  const results: PlayerResult[] = [];
  const speed: Record<string, number> = {};
  for (const { name, cardPpm, source } of seconds === 0 ? [] : cases) {
    const onProgress = (at: number): void => void process.stderr.write(`${name}: ${at / 60} min\n`);
    const figures = await soakEngine({ seconds, cardPpm, source, usedHeap, onProgress });
    speed[name] = Math.round(seconds / figures.tookSeconds);
    const driftMs = Math.abs(figures.leadEndMs - figures.leadBeginMs);
    const correctedMs = figures.stretchedMs - figures.shortenedMs;
    const isAhead = source === 'ahead';
    const stability = 100 * (1 - figures.stalledMs / (seconds * 1000));
    results.push(
      plainResult(`${name} · stability`, '%', stability, figures.framesPlayed, {
        relation: '≥',
        limit: 100,
      }),
      plainResult(`${name} · stalls`, 'stalls', figures.stalls, figures.framesPlayed, none),
      plainResult(`${name} · lead at the beginning`, 'ms', figures.leadBeginMs, figures.framesPlayed),
      plainResult(`${name} · change of the lead`, 'ms', driftMs, figures.framesPlayed, {
        relation: '≤',
        limit: 50,
      }),
      // Where the sender holds the lead, there is nothing to correct.
      plainResult(
        `${name} · speech longer by`,
        'ms',
        correctedMs,
        figures.framesPlayed,
        ...(isAhead ? [none] : []),
      ),
      plainResult(`${name} · samples dropped`, 'samples', figures.droppedSamples, figures.framesPlayed, none),
      plainResult(`${name} · memory growth`, 'MB', figures.heapGrowthBytes / 1e6, 1, fiveMegabytes),
    );
  }
  if (options.minutes > 0) results.push(...(await soakBrowser(options.minutes)));
  if (options.hidden > 0) results.push(...(await soakHidden(options.hidden)));
  const conditions = { ...options, timesRealTime: speed, loadAverage: loadavg()[0] };
  return printReport({ suite: 'soak', conditions, results }, options.isJson);
}

async function soakBrowser(minutes: number): Promise<PlayerResult[]> {
  const harness = await PlayerHarness.start();
  if (harness === undefined) return [];
  try {
    process.stderr.write(`Chromium: ${minutes} min\n`);
    const { seconds, stability, framesLost, heapGrowthBytes, longTasks } = await measureEndurance(
      harness,
      minutes * 60,
    );
    return [
      plainResult('Chromium · stability', '%', stability, seconds, { relation: '≥', limit: 99.5 }),
      plainResult('Chromium · frames lost', 'frames', framesLost, seconds, none),
      plainResult('Chromium · memory growth', 'MB', heapGrowthBytes / 1e6, 1, fiveMegabytes),
      plainResult('Chromium · tasks above 50 ms', 'tasks', longTasks, seconds, none),
    ];
  } finally {
    await harness.stop();
  }
}

async function soakHidden(seconds: number): Promise<PlayerResult[]> {
  const harness = await PlayerHarness.start({ throttles: true });
  if (harness === undefined) return [];
  try {
    process.stderr.write(`hidden tab: ${seconds} s\n`);
    const figures = await measureHidden(harness, seconds);
    const { stalls, framesLost, framesDuplicated, silences, timerFires } = figures;
    return [
      plainResult('hidden tab · stalls', 'stalls', stalls, seconds, none),
      plainResult('hidden tab · frames lost', 'frames', framesLost, seconds, none),
      plainResult('hidden tab · frames duplicated', 'frames', framesDuplicated, seconds, none),
      plainResult('hidden tab · silences within', '', silences, seconds, none),
      plainResult('hidden tab · differs from what was sent', '', Number(!figures.isSame), seconds, none),
      plainResult('hidden tab · was seen', '', Number(!figures.wasHidden), seconds, none),
      // 200 in a page that is seen.
      plainResult('hidden tab · timers of 10 ms in 2 s', '', timerFires, 1, { relation: '≤', limit: 20 }),
    ];
  } finally {
    await harness.stop();
  }
}

interface Options {
  readonly isJson: boolean;
  readonly hours: number;
  readonly minutes: number;
  readonly hidden: number;
}

function parse(args: string[]): Options | number {
  const own = {
    hours: { type: 'string', default: '2' },
    minutes: { type: 'string', default: '10' },
    hidden: { type: 'string', default: '60' },
  } as const;
  return parseProgram(args, help, own, (values) => {
    const hours = number('hours', values.hours, 0, 24);
    const minutes = number('minutes', values.minutes, 0, 600);
    return { isJson: values.json, hours, minutes, hidden: number('hidden', values.hidden, 0, 3600) };
  });
}

function number(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (value >= min && value <= max) return value;
  throw new Error(`--${name} takes a number from ${min} to ${max}: ${text}`);
}
