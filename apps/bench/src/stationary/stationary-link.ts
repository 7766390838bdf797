import { createSeededRandom } from '@eloquence/base';
import { parseLink } from '@eloquence/netlab';
import {
  answerSpeech,
  openSimulatedSession,
  type SimulatedSession,
  speechLike,
  type UtteranceFigures,
} from '@eloquence/testbed';
import { atMost, type BenchResult, equalTo, toResult } from '../report/bench-report.js';
import { seriesResults } from '../report/utterance-rows.js';
import { exactly } from '../statistics/estimate.js';

/** What a process that simulates stationary links is asked; each question has one answer. */
export type StationaryQuestion =
  | { readonly type: 'open'; readonly name: string; readonly seed: number }
  | { readonly type: 'speak'; readonly count: number }
  /** Asks for the results, and closes the link. */
  | { readonly type: 'finish' };

export type StationaryAnswer =
  | { readonly type: 'done'; readonly changes: number }
  | { readonly type: 'finished'; readonly results: readonly BenchResult[] };

/** Silence between utterances, ms. */
const PAUSE_MS = 300;
const PACE = { kind: 'speed', speed: 4 } as const;

/** One session over a link that never changes. */
export class StationaryLink {
  readonly #name: string;
  readonly #seed: number;
  readonly #session: SimulatedSession;
  readonly #utterances: UtteranceFigures[] = [];
  readonly #endedIn = new Map<string, number>();
  #changes = 0;

  private constructor(name: string, seed: number, session: SimulatedSession) {
    this.#name = name;
    this.#seed = seed;
    this.#session = session;
    session.onDidPublishEvent((event) => {
      if (event.kind !== 'decision') return;
      const { input, output } = event.decision;
      if (output.groups[0]?.profileId === input.groups[0]?.profileId) return;
      // The first utterance is there to learn what the link is like.
      if (this.#utterances.length > 0) this.#changes++;
    });
  }

  static async open(name: string, seed: number): Promise<StationaryLink> {
    const listeners = [{ name, link: parseLink(name) }];
    return new StationaryLink(name, seed, await openSimulatedSession({ listeners, seed }));
  }

  /** Changes of the profile after the first utterance, so far. */
  get changes(): number {
    return this.#changes;
  }

  async speak(count: number): Promise<void> {
    const speech = speechLike(answerSpeech.simulatedMs);
    for (let at = 0; at < count; at++) {
      const { heard, metrics } = await this.#session.speak(speech, PACE);
      this.#utterances.push(heard.get(this.#name)!.figures);
      this.#endedIn.set(metrics.profile, (this.#endedIn.get(metrics.profile) ?? 0) + 1);
      await this.#session.pause(PAUSE_MS);
    }
  }

  results(): BenchResult[] {
    const [name, n] = [this.#name, this.#utterances.length];
    const hours = this.#session.clock.nowMs() / 3_600_000;
    return [
      toResult(`${name}.hours`, 'h', exactly(hours)),
      toResult(`${name}.changesPerHour`, '', exactly(this.#changes / hours), atMost(1)),
      ...[...this.#endedIn].map(([profile, ended]) =>
        toResult(`${name}.endedIn.${profile}`, '%', exactly((100 * ended) / n, n)),
      ),
      ...seriesResults(
        name,
        { utterances: this.#utterances, asked: n },
        {
          stability: null,
          firstAudioP50: null,
          firstAudioP95: null,
          lost: equalTo(0),
          duplicated: equalTo(0),
        },
        createSeededRandom(this.#seed),
      ),
    ];
  }

  async dispose(): Promise<void> {
    await this.#session.dispose();
  }
}
