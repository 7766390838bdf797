import { createDeferred } from '@eloquence/base';
import {
  Emitter,
  type LaneChange,
  type LaneCounters,
  type LaneUtterance,
  type LaneUtteranceEnd,
} from '@eloquence/plugin-api';

interface Part {
  readonly utterance: LaneUtterance;
  /** Where in the whole utterance it begins, ms. */
  readonly startMs: number;
}

/** The parts of an utterance on the one lane and the other, one after the other, and its end made of theirs. */
export class UtteranceParts {
  readonly #parts: Part[] = [];
  readonly #changes: LaneChange[] = [];
  readonly #framesWritten: () => number;
  readonly #onDidEnd: (end: LaneUtteranceEnd) => void;
  readonly #onDidStartPlayout = new Emitter<{ readonly atMs: number }>();
  readonly #delivered = createDeferred<LaneUtteranceEnd>();
  readonly #played = createDeferred<LaneUtteranceEnd>();
  #current: LaneUtterance | undefined;
  #hasStarted = false;

  readonly onDidStartPlayout = this.#onDidStartPlayout.event;
  readonly delivered = this.#delivered.promise;
  readonly played = this.#played.promise;

  /** @param onDidEnd the part has ended whose end is the utterance's */
  constructor(framesWritten: () => number, onDidEnd: (end: LaneUtteranceEnd) => void) {
    this.#framesWritten = framesWritten;
    this.#onDidEnd = onDidEnd;
  }

  /** The part whose end is the utterance's; none while one lane is left for the other. */
  get current(): LaneUtterance | undefined {
    return this.#current;
  }

  /** The current part, or else the one before. */
  get latest(): LaneUtterance | undefined {
    return this.#current ?? this.#parts.at(-1)?.utterance;
  }

  /** @param startMs where in the whole utterance it begins, ms */
  enter(part: LaneUtterance, startMs: number): void {
    this.#current = part;
    this.#parts.push({ utterance: part, startMs });
    part.onDidStartPlayout((event) => {
      if (this.#hasStarted) return;
      this.#hasStarted = true;
      this.#onDidStartPlayout.fire(event);
    });
    void part.delivered.then((end) => {
      if (this.#current === part) this.deliver(end);
    });
    void part.played.then((end) => {
      if (this.#current === part) this.#onDidEnd(end);
    });
  }

  /** No end of a part is the utterance's until the next one is entered. */
  leave(): void {
    this.#current = undefined;
  }

  noteChange(change: LaneChange): void {
    this.#changes.push(change);
  }

  /** The latest first: its end silences those before it as well. */
  cancel(): void {
    for (const { utterance } of [...this.#parts].reverse()) utterance.cancel();
  }

  /** Nothing more of the utterance is to be handed over: it was delivered with this part's end. */
  deliver(end: LaneUtteranceEnd): void {
    void this.#merge(end, 'delivered').then((merged) => this.#delivered.resolve(merged));
  }

  /** The utterance has ended with this part's end. */
  finish(end: LaneUtteranceEnd): void {
    this.deliver(end);
    void this.#merge(end, 'played').then((merged) => {
      this.#played.resolve(merged);
      this.#onDidStartPlayout.dispose();
    });
  }

  /** The other parts are over by now, or will never be asked for more. */
  async #merge(last: LaneUtteranceEnd, when: 'delivered' | 'played'): Promise<LaneUtteranceEnd> {
    const parts = [...this.#parts];
    const earlier = await Promise.all(parts.slice(0, -1).map(({ utterance }) => utterance[when]));
    const ends = [...earlier, last];
    const merged = mergeEnds(ends, last, this.#framesWritten(), this.#changes);
    const heard = ends.map(({ counters }, at) => heardOf(counters, parts[at]?.startMs ?? 0));
    return { ...merged, counters: { ...merged.counters, ...heard.findLast((part) => part !== undefined) } };
  }
}

/** How far a part was heard, in the whole utterance; `undefined` if nothing of it was. */
function heardOf(
  { heardMs = 0, heardErrorMs = 0 }: LaneCounters,
  startMs: number,
): Pick<LaneCounters, 'heardMs' | 'heardErrorMs'> | undefined {
  return heardMs > 0 ? { heardMs: startMs + heardMs, heardErrorMs } : undefined;
}

/** One end of several parts of an utterance, of which the last one ended it. */
function mergeEnds(
  ends: readonly LaneUtteranceEnd[],
  last: LaneUtteranceEnd,
  framesWritten: number,
  laneChanges: readonly LaneChange[],
): LaneUtteranceEnd {
  const changes = laneChanges.length > 0 ? { laneChanges } : {};
  if (ends.length === 1) return { ...last, ...changes };
  const sum = (read: (counters: LaneCounters) => number): number =>
    ends.reduce((total, { counters }) => total + read(counters), 0);
  const framesOf = (read: (counters: LaneCounters) => number): number =>
    last.outcome === 'complete' ? framesWritten : Math.min(framesWritten, sum(read));
  const { deliveredAtMs } = last.counters;
  const starvations = sum((counters) => counters.starvations ?? 0);
  const droppedReceivers = sum((counters) => counters.droppedReceivers ?? 0);
  const presumedReceivers = sum((counters) => counters.presumedReceivers ?? 0);
  const startedAtMs = ends.find((end) => end.counters.playoutStartedAtMs !== undefined)?.counters
    .playoutStartedAtMs;
  return {
    outcome: last.outcome,
    ...(last.error === undefined ? {} : { error: last.error }),
    counters: {
      framesSent: framesWritten,
      framesAcknowledged: framesOf((counters) => counters.framesAcknowledged),
      framesPlayed: framesOf((counters) => counters.framesPlayed),
      packetsSent: sum((counters) => counters.packetsSent),
      packetsRetransmitted: sum((counters) => counters.packetsRetransmitted),
      redundantPackets: sum((counters) => counters.redundantPackets),
      payloadBytes: sum((counters) => counters.payloadBytes),
      sentBytes: sum((counters) => counters.sentBytes),
      stalls: sum((counters) => counters.stalls),
      stalledMs: sum((counters) => counters.stalledMs),
      ...(starvations > 0 && { starvations, starvedMs: sum(({ starvedMs = 0 }) => starvedMs) }),
      concealedMs: sum((counters) => counters.concealedMs),
      ...(droppedReceivers > 0 && { droppedReceivers }),
      ...(presumedReceivers > 0 && { presumedReceivers }),
      ...(deliveredAtMs === undefined ? {} : { deliveredAtMs }),
      ...(startedAtMs === undefined ? {} : { playoutStartedAtMs: startedAtMs }),
    },
    ...changes,
  };
}
