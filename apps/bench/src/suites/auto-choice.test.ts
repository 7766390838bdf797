import { createSeededRandom } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { parseLink } from '@eloquence/netlab';
import type { Arm, Cell, MeasuredUtterance } from '../measure/measure-cells.js';
import { SimulatedRunner } from '../measure/simulated-runner.js';
import { bestPinnedResults, choiceResults } from './auto-choice.js';

async function measured(): Promise<{ cell: Cell; utterance: MeasuredUtterance; arm: Arm }> {
  const arm: Arm = { name: 'auto', lane: 'data', targets: {} };
  const speech = { text: '', simulatedMs: 500 };
  const cell: Cell = {
    ...{ name: 'A', link: parseLink('A'), pace: { kind: 'instant' }, speech, arms: [arm] },
  };
  const round = { count: 1, seed: 1 };
  const { utterances } = await new SimulatedRunner().run(cell, round, new AbortController().signal);
  return { cell, arm, utterance: utterances.get(arm)![0]! };
}

describe('what the framework chose', () => {
  it('is judged by the second utterance of each session, and told of all', async () => {
    const { cell, arm, utterance } = await measured();
    const series = ['BALANCED_OPTIMAL', 'ULTRA_PERFORMANCE', 'BALANCED_OPTIMAL', 'BALANCED_OPTIMAL'];
    const utterances = series.map((profile, at) => ({ ...utterance, profile, turn: at % 2 }));
    const results = choiceResults(cell, new Map([[arm, utterances]]));
    expect(results.map(({ name, value, n, holds }) => [name, value, n, holds])).toEqual([
      ['A.auto.expectedProfile', 50, 2, false],
      ['A.auto.endedIn.BALANCED_OPTIMAL', 75, 4, true],
      ['A.auto.endedIn.ULTRA_PERFORMANCE', 25, 4, true],
    ]);
  });

  it('is compared with the earliest pinned profile that does not stall for it', async () => {
    const { cell, arm, utterance } = await measured();
    const series = (timeToFirstAudioMs: number, stallMs: number): MeasuredUtterance[] =>
      Array.from({ length: 10 }, () => ({ ...utterance, audioMs: 1000, timeToFirstAudioMs, stallMs }));
    const pinned = (name: string): Arm => ({ ...arm, name, profile: name });
    const notes: string[] = [];
    const arms = new Map([
      [arm, series(33, 10)],
      [pinned('ULTRA_PERFORMANCE'), series(20, 300)],
      [pinned('BALANCED_OPTIMAL'), series(30, 20)],
      [pinned('EMERGENCY_FALLBACK'), series(40, 0)],
    ]);
    const results = bestPinnedResults(cell, arms, createSeededRandom(1), (note) => notes.push(note));
    expect(notes).toEqual(['A: the best pinned profile is BALANCED_OPTIMAL']);
    expect(results.map(({ name, value, holds }) => [name, value, holds])).toEqual([
      ['A.auto-vs-best.firstAudioP50', 110, false],
      ['A.auto-vs-best.stability', 99, true],
    ]);
    expect(bestPinnedResults(cell, new Map([[arm, series(33, 10)]]), createSeededRandom(1), () => 0)).toEqual(
      [],
    );
  });
});
