/** An utterance sounds, or not, from `positionMs` of its sound on. */
export type SoundingListener = (news: {
  readonly utteranceSequence: number;
  readonly isSounding: boolean;
  readonly positionMs: number;
  readonly atMs: number;
}) => void;

/** From the voice position `at` on, an utterance sounds from `positionMs` on. */
interface Mark {
  readonly at: number;
  readonly utteranceSequence: number;
  readonly positionMs: number;
  /** Where the sound before it ends, if a piece was cut out in between. */
  readonly cutFrom?: number | undefined;
}

/** Sound that is off its place by less than this needs no mark of its own, ms. */
const toleranceMs = 3;

/**
 * Which part of which utterance lies where in a voice, and so what is heard when: sound that was stretched or made up
 * shifts what follows it, and one utterance may follow another without a gap. Voice positions count modulo 2³².
 */
export class SoundMap {
  readonly #samplesPerMs: number;
  readonly #tell: SoundingListener;
  /** In order; the first is that of what sounds, or sounded last. */
  readonly #marks: Mark[] = [];
  #isSounding = false;

  constructor(sampleRateHz: number, tell: SoundingListener) {
    this.#samplesPerMs = sampleRateHz / 1000;
    this.#tell = tell;
  }

  /** A block is written at a voice position. */
  noteBlock(at: number, utteranceSequence: number, positionMs: number): void {
    const last = this.#marks.at(-1);
    const isInPlace =
      last?.utteranceSequence === utteranceSequence &&
      Math.abs(this.#positionAt(last, at) - positionMs) < toleranceMs;
    if (!isInPlace) this.#add({ at, utteranceSequence, positionMs });
  }

  /** What was written between two voice positions, the second being where it ends, will not be sounded. */
  noteCut(from: number, until: number): void {
    while (this.#marks.length > 1 && distance(from, this.#marks.at(-1)!.at) >= 0) this.#marks.pop();
    const last = this.#marks.at(-1);
    if (last === undefined) return;
    const { utteranceSequence } = last;
    this.#add({ at: until, utteranceSequence, positionMs: this.#positionAt(last, from), cutFrom: from });
  }

  /** Everything below this voice position has been sounded, a moment ago. */
  moveTo(position: number, nowMs: number): void {
    for (;;) {
      const next = this.#marks[this.#isSounding ? 1 : 0];
      if (next === undefined || distance(next.at, position) <= 0) break;
      const following = this.#marks[1];
      if (!this.#isSounding && following !== undefined && distance(following.at, position) > 0) {
        this.#marks.shift();
        continue;
      }
      const atMs = nowMs - distance(next.at, position) / this.#samplesPerMs;
      if (this.#isSounding) {
        const before = this.#marks.shift()!;
        if (before.utteranceSequence !== next.utteranceSequence)
          this.#tellEnd(before, next.cutFrom ?? next.at, atMs);
      }
      this.#isSounding = true;
      this.#tell({
        utteranceSequence: next.utteranceSequence,
        isSounding: true,
        positionMs: next.positionMs,
        atMs,
      });
    }
    if (this.#isSounding) this.#rebase(position);
  }

  /** Everything below this voice position has been sounded, and nothing sounds any more. */
  fallSilent(position: number, nowMs: number): void {
    this.moveTo(position, nowMs);
    if (!this.#isSounding) return;
    this.#isSounding = false;
    const [current] = this.#marks;
    this.#tellEnd(current!, current!.at, nowMs);
  }

  /** What has been written will not be sounded from this voice position on. */
  clear(position: number, nowMs: number): void {
    this.fallSilent(position, nowMs);
    this.#marks.length = 0;
  }

  #add(mark: Mark): void {
    const last = this.#marks.at(-1);
    const isReplaced = last?.at === mark.at && !(this.#isSounding && this.#marks.length === 1);
    if (isReplaced) this.#marks.pop();
    this.#marks.push(isReplaced ? { cutFrom: last.cutFrom, ...mark } : mark);
  }

  /** Moves the mark of what sounds on to where that is, so that their distance never wraps. */
  #rebase(position: number): void {
    const [current, next] = this.#marks;
    const end = next === undefined ? position : (next.cutFrom ?? next.at);
    const at = distance(position, end) < 0 ? end : position;
    this.#marks[0] = {
      at,
      utteranceSequence: current!.utteranceSequence,
      positionMs: this.#positionAt(current!, at),
    };
  }

  #tellEnd(mark: Mark, at: number, atMs: number): void {
    const { utteranceSequence } = mark;
    this.#tell({ utteranceSequence, isSounding: false, positionMs: this.#positionAt(mark, at), atMs });
  }

  #positionAt({ at, positionMs }: Mark, position: number): number {
    return positionMs + Math.max(0, distance(at, position)) / this.#samplesPerMs;
  }
}

/** From one voice position to another, samples; below 0 if the second lies before the first. */
function distance(from: number, to: number): number {
  return (to - from) | 0;
}
