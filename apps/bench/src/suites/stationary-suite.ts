import { availableParallelism } from 'node:os';
import { startChild } from '@eloquence/base/node';
import { EloquenceError } from '@eloquence/plugin-api';
import { answerSpeech, runPool } from '@eloquence/testbed';
import { estimate } from '../measure/measure-cells.js';
import type { BenchResult } from '../report/bench-report.js';
import {
  type StationaryAnswer,
  StationaryLink,
  type StationaryQuestion,
} from '../stationary/stationary-link.js';
import { chooseLinks, sessionSuite, type Suite, type SuiteContext } from './suite.js';

const LINKS: readonly string[] = ['A', 'B', 'C', 'D', 'E', 'F'];
/** Ten hours of speech. */
const DEFAULT_COUNT = Math.ceil((10 * 3_600_000) / answerSpeech.simulatedMs);
/** Utterances between two looks at the progress. */
const STEP = 50;
/** A step takes a second or two. */
const STEP_LIMIT_MS = 300_000;

/** Links that stay as they are, for hours: a change of the profile after the first utterance has no reason there. */
export function createStationarySuite(): Suite {
  return sessionSuite(
    {
      name: 'stationary',
      summary: 'Ten hours on each link that never changes: needless changes of the profile; simulated',
      details: `Answers of 6 s with short pauses, again and again, ${DEFAULT_COUNT} of them unless told, which make ten hours of the link's
time. A change of the profile after the first utterance has no reason there, and counts. --parallel is the
number of links at once, each in a process of its own; as many as there are cores unless told. It makes no
difference to the figures.`,
      modes: ['simulated'],
      takes: ['link', 'parallel'],
      cellNames: LINKS,
    },
    async (_host, context) => {
      const { options } = context;
      const count = options.count ?? DEFAULT_COUNT;
      const results = await measureLinks(chooseLinks(LINKS, options), count, context);
      return { conditions: { count }, results };
    },
  );
}

async function measureLinks(
  names: readonly string[],
  count: number,
  context: SuiteContext,
): Promise<BenchResult[]> {
  const { options, progress, signal, clock } = context;
  // Another process is worth its start only for long runs, and with others beside it.
  const isShort = names.length === 1 || count <= STEP;
  const parallel = isShort ? 1 : (options.parallel ?? availableParallelism());
  const open = parallel === 1 ? openHere : openInChild;
  const spoken = new Map<string, { utterances: number; changes: number }>();
  const startMs = clock.nowMs();
  const show = (): void => {
    const done = [...spoken.values()].reduce((sum, { utterances }) => sum + utterances, 0);
    const links = [...spoken].map(([name, { utterances, changes }]) => `${name} ${utterances} (${changes})`);
    const left = estimate(clock.nowMs() - startMs, done, count * names.length);
    progress.update(`utterances (changes) of ${count} on each link: ${links.join(', ')}${left}`);
  };
  progress.step(`${count} utterances on each of ${names.join(', ')}`);
  const results = await runPool(names, {
    ...{ parallel, signal, onChange: show },
    run: async (name, poolSignal) => {
      const link = await open(name, options.seed, poolSignal);
      try {
        for (let done = 0; done < count; done += STEP) {
          poolSignal.throwIfAborted();
          const size = Math.min(STEP, count - done);
          spoken.set(name, { utterances: done + size, changes: await link.speak(size) });
          show();
        }
        return await link.finish();
      } finally {
        await link.close();
      }
    },
  });
  return results.flat();
}

interface RunningLink {
  /** @returns changes of the profile so far */
  speak(count: number): Promise<number>;
  finish(): Promise<readonly BenchResult[]>;
  close(): Promise<void>;
}

async function openHere(name: string, seed: number): Promise<RunningLink> {
  const link = await StationaryLink.open(name, seed);
  return {
    speak: async (count) => {
      await link.speak(count);
      return link.changes;
    },
    finish: () => Promise.resolve(link.results()),
    close: () => link.dispose(),
  };
}

async function openInChild(name: string, seed: number, signal: AbortSignal): Promise<RunningLink> {
  const child = startChild<StationaryQuestion, StationaryAnswer>({
    entry: new URL('../stationary/stationary-process.js', import.meta.url),
    name: `simulation of link ${name}`,
  });
  const ask = (question: StationaryQuestion): Promise<StationaryAnswer> =>
    child.ask(question, STEP_LIMIT_MS, signal);
  try {
    await ask({ type: 'open', name, seed });
  } catch (error) {
    await child.close();
    throw error;
  }
  return {
    speak: async (count) => {
      const answer = await ask({ type: 'speak', count });
      return answer.type === 'done' ? answer.changes : 0;
    },
    finish: async () => {
      const answer = await ask({ type: 'finish' });
      if (answer.type === 'finished') return answer.results;
      throw new EloquenceError('INTERNAL', `The simulation of link ${name} told no results.`);
    },
    close: () => child.close(),
  };
}
