import type { LinkSource, LinkState } from '@eloquence/plugin-api';
import { type EvidenceContext, EvidenceWanted } from './evidence-wanted.js';

/** Has the lane probe its receivers for whatever more evidence is wanted. */
export class LinkQuestions {
  readonly #wanted = new EvidenceWanted();

  /** Begins to ask, asks at another pace, or stops, by what is known. */
  review(
    links: LinkSource | undefined,
    conditions: LinkState | undefined,
    context: EvidenceContext,
    nowMs: number,
  ): void {
    const wish = this.#wanted.wish(conditions, context, nowMs);
    if (wish !== undefined) links?.probe(wish);
  }
}
