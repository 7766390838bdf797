import { cpus, loadavg } from 'node:os';
import { measureFirstSample } from './player-first-sample.js';
import { type PlayerResult, plainResult, printReport, quantileResult } from './player-report.js';
import { PlayerHarness } from './player-harness.js';
import { parseProgram } from './program-options.js';

const help = `Measures the time to first audio of the player in Chromium: first PCM handed over at the sender → first
sample out of the audio worklet, behind emulated links, on a real server.

  npm run player-figures -w apps/demo-e2e -- [options]

  --json       print one JSON object
  --count n    utterances for each link, 1–1000; default 20
  --link a,b   links: A, B; default both
  --seed n     seed of the emulated links; default 1

Exit codes: 0 all targets hold, 1 one was missed or nothing could be measured, 2 wrong option.
`;

/** Render quantum of 128 samples at 48 kHz: the worklet cannot be asked more often, ms. */
const quantumMs = 128 / 48;
const limits = { A: 42, B: 78 } as const;
const timesRealTime = 4;

type Link = keyof typeof limits;

interface Options {
  readonly isJson: boolean;
  readonly count: number;
  readonly seed: number;
  readonly links: readonly Link[];
}

export async function main(args: string[]): Promise<number> {
  const options = parse(args);
  if (typeof options === 'number') return options;
  const harness = await PlayerHarness.start();
  if (harness === undefined) return 1;
  try {
    const results: PlayerResult[] = [];
    const clockErrorMs: Record<string, number> = {};
    for (const link of options.links) {
      const { count, seed } = options;
      const figures = await measureFirstSample(harness, {
        link,
        count,
        seed,
        timesRealTime,
        onUtterance: (at, ms) =>
          process.stderr.write(`link ${link}, ${at + 1}/${count}: ${ms.toFixed(1)} ms\n`),
      });
      clockErrorMs[link] = Math.round(figures.clockErrorMs * 100) / 100;
      const limitMs = Math.round((limits[link] + quantumMs + figures.clockErrorMs) * 100) / 100;
      const zero = { relation: '=', limit: 0 } as const;
      results.push(
        quantileResult(`${link} · first sample p50`, 'ms', figures.firstSampleMs, 0.5, limitMs),
        quantileResult(`${link} · first sample p95`, 'ms', figures.firstSampleMs, 0.95),
        plainResult(`${link} · frames lost`, 'frames', figures.framesLost, count, zero),
        plainResult(`${link} · frames duplicated`, 'frames', figures.framesDuplicated, count, zero),
        plainResult(`${link} · digests that differ`, 'utterances', figures.differentDigests, count, zero),
        plainResult(`${link} · stalls`, 'stalls', figures.stalls, count),
      );
    }
    const conditions = {
      ...{ profile: 'ULTRA_PERFORMANCE', timesRealTime, count: options.count, seed: options.seed },
      ...{ browser: harness.browser.version(), cores: cpus().length, loadAverage: loadavg()[0] },
      clockErrorMs,
      method:
        'clocks compared before each utterance by the quickest of 40 questions; targets are 42 (A) and 78 ms (B) plus render quantum and clock error',
    };
    return printReport({ suite: 'player', conditions, results }, options.isJson);
  } finally {
    await harness.stop();
  }
}

function parse(args: string[]): Options | number {
  const own = {
    count: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    link: { type: 'string', default: 'A,B' },
  } as const;
  return parseProgram(args, help, own, (values) => {
    const links = values.link.split(',').map((link) => {
      if (link !== 'A' && link !== 'B') throw new Error(`--link takes A and B: ${link}`);
      return link;
    });
    const count = wholeNumber('count', values.count, 1, 1000);
    return { isJson: values.json, count, seed: wholeNumber('seed', values.seed, 0, 2 ** 32 - 1), links };
  });
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`--${name} takes a whole number from ${min} to ${max}: ${text}`);
}
