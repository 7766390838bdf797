import type { Disposable, Lane, LaneProbe, LinkConditions } from '@eloquence/plugin-api';
import { type EvidenceContext, EvidenceWanted } from './evidence-wanted.js';

/** Has the lane ask its receivers whatever more evidence is wanted, and knows which are there, and how far away. */
export class LinkQuestions {
  readonly #wanted = new EvidenceWanted();
  #lane: Lane | undefined;

  /** Asks over this lane, and tells what the answers say, until disposed. */
  attach(lane: Lane, onDidProbe: (probe: LaneProbe) => void): Disposable {
    this.#lane = lane;
    const listening = lane.onDidProbe?.(onDidProbe);
    return {
      dispose: () => {
        listening?.dispose();
        if (this.#lane === lane) this.#lane = undefined;
      },
    };
  }

  /** Whether the lane still has this receiver; true where it cannot tell. */
  isPresent(receiver: string): boolean {
    return this.#lane?.hasReceiver?.(receiver) ?? true;
  }

  /** How far the receivers are: least round trip, ms, by identity. Absent unless the lane knows it of all of them. */
  leastRttsMs(): ReadonlyMap<string, number> | undefined {
    const known = this.#lane?.leastRttsMs?.();
    return known?.size === this.#lane?.receiverCount ? known : undefined;
  }

  /** Begins to ask, asks at another pace, or stops, by what is known. */
  review(conditions: LinkConditions | undefined, context: EvidenceContext, nowMs: number): void {
    const wish = this.#wanted.wish(conditions, context, nowMs);
    if (wish !== undefined) this.#lane?.probe?.(wish);
  }
}
