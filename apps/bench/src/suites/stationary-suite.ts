import { createSeededRandom } from '@eloquence/plugin-api';
import { referenceLink } from '../measure/bench-link.js';
import { speechLike } from '../measure/speech-like.js';
import { answerSpeech } from '../measure/speeches.js';
import { type BenchResult, toResult } from '../report/bench-report.js';
import { atMost, equalTo } from '../report/target.js';
import { seriesResults } from '../report/utterance-rows.js';
import { SimulatedSession } from '../simulation/simulated-session.js';
import { exactly } from '../statistics/estimate.js';
import { chooseNames } from './choose-names.js';
import { machineConditions } from './machine-conditions.js';
import type { Suite, SuiteContext } from './suite.js';

const LINKS: readonly string[] = ['A', 'B', 'C', 'D', 'E', 'F'];
/** Ten hours of speech. */
const DEFAULT_COUNT = Math.ceil((10 * 3_600_000) / answerSpeech.simulatedMs);
const PAUSE_MS = 300;
const PROGRESS_STEP = 50;

/** Links that stay as they are, for hours: a change of the profile after the first utterance has no reason there. */
export function createStationarySuite(): Suite {
  return {
    name: 'stationary',
    summary: 'Ten hours on each link that never changes: needless changes of the profile; simulated',
    details: `Answers of 6 s with short pauses, again and again, 5738 of them unless told, which make ten hours of the link's
time. A change of the profile after the first utterance has no reason there, and counts.`,
    modes: ['simulated'],
    cellNames: LINKS,
    run: async (context) => {
      const { seed, only, link } = context.options;
      const names = chooseNames(LINKS, link === undefined ? only : [...only, link]);
      const count = context.options.count ?? DEFAULT_COUNT;
      const results: BenchResult[] = [];
      for (const name of names) results.push(...(await measureLink(name, count, context)));
      context.progress.done();
      return {
        suite: 'stationary',
        conditions: { simulated: true, count, seed, ...machineConditions() },
        results,
      };
    },
  };
}

async function measureLink(name: string, count: number, context: SuiteContext): Promise<BenchResult[]> {
  const { options, signal, progress } = context;
  progress.step(`link ${name}, ${count} utterances`);
  const speech = speechLike(answerSpeech.simulatedMs);
  const session = await SimulatedSession.open({
    listeners: [{ name, link: referenceLink(name) }],
    seed: options.seed,
  });
  const utterances = [];
  const profiles = new Map<string, number>();
  let changes = 0;
  let isSettled = false;
  const events = session.onDidPublishEvent((event) => {
    if (event.kind !== 'decision' || event.decision.kind !== 'profile' || !event.decision.applied) return;
    if (isSettled) changes++;
  });
  try {
    for (let at = 0; at < count; at++) {
      signal.throwIfAborted();
      if (at % PROGRESS_STEP === 0)
        progress.update(`link ${name}, ${at} of ${count} utterances, ${changes} changes`);
      const { heard, metrics } = await session.speak(speech, { kind: 'speed', speed: 4 });
      utterances.push(heard.get(name)!.figures);
      profiles.set(metrics.profile, (profiles.get(metrics.profile) ?? 0) + 1);
      isSettled = true;
      await session.pause(PAUSE_MS);
    }
  } finally {
    events.dispose();
    await session.dispose();
  }
  const hours = session.clock.nowMs() / 3_600_000;
  return [
    toResult(`${name}.hours`, 'h', exactly(hours)),
    toResult(`${name}.changesPerHour`, '', exactly(changes / hours), atMost(1)),
    ...[...profiles].map(([profile, ended]) =>
      toResult(`${name}.endedIn.${profile}`, '%', { ...exactly((100 * ended) / count), n: count }),
    ),
    ...seriesResults(
      name,
      { utterances, asked: count },
      { stability: null, firstAudioP50: null, firstAudioP95: null, lost: equalTo(0), duplicated: equalTo(0) },
      createSeededRandom(options.seed),
    ),
  ];
}
