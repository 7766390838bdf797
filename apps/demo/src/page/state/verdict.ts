import type { ArmId } from '../../protocol.js';
import type { Run } from './run.js';

/** Who was heard first, from what was measured and nothing else. */
export interface Verdict {
  /** First audio after the first PCM, ms, of the arms that were heard; the quickest first. */
  readonly ranking: readonly { readonly arm: ArmId; readonly afterMs: number }[];
  /** How much sooner the first was heard than the second, ms; `undefined` until two were heard. */
  readonly marginMs: number | undefined;
  /**
   * How much sooner Eloquence was heard than the quickest of the others, ms; negative where it was heard later.
   * `undefined` until it and another were heard.
   */
  readonly soonerMs: number | undefined;
  /** How many times as long the second took, or Eloquence where it was not the first. */
  readonly ratio: number | undefined;
}

export function judge(run: Run | undefined): Verdict {
  const ranking = [...(run?.arms.values() ?? [])]
    .flatMap(({ arm, firstAudio }) =>
      firstAudio === undefined ? [] : [{ arm, afterMs: firstAudio.afterMs }],
    )
    .sort((a, b) => a.afterMs - b.afterMs);
  const [first, second] = ranking;
  if (first === undefined || second === undefined)
    return { ranking, marginMs: undefined, soonerMs: undefined, ratio: undefined };
  const ours = ranking.find(({ arm }) => arm === 'eloquence');
  const rival = ranking.find(({ arm }) => arm !== 'eloquence')!;
  const compared = ours === undefined || ours === first ? second : ours;
  return {
    ranking,
    marginMs: second.afterMs - first.afterMs,
    soonerMs: ours === undefined ? undefined : rival.afterMs - ours.afterMs,
    ratio: first.afterMs > 0 ? compared.afterMs / first.afterMs : undefined,
  };
}
