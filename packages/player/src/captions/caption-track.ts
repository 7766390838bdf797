import { pushBounded } from '@eloquence/base';
import { type Clock, type Disposable, Emitter, type WordTiming } from '@eloquence/plugin-api';
import type { SoundingEvent } from '../engine/engine-protocol.js';

/** Utterances whose words are kept, and words of one utterance, at most. */
const maxUtterances = 64;
const maxWords = 20_000;
/** Runs of sound of one utterance that are remembered for words that come late, at most. */
const maxRuns = 256;

/** A word is heard now. */
export interface WordHeardEvent extends CaptionSource {
  /** The word, and its times from the start of the utterance, ms. */
  readonly word: WordTiming;
  /** When it is heard, output latency included, on the page's `performance.now()`, ms. */
  readonly atMs: number;
}

/** The utterance whose words they are. */
export interface CaptionSource {
  /** Identity of the participant. */
  readonly sender: string;
  /** Number of the sender's stream, 0…15. */
  readonly channel: number;
  /** Number of the utterance, 0…65 535. */
  readonly utteranceSequence: number;
}

/** A run of sound without a break: from a position on, from a time on, and up to a position once that is known. */
interface Run {
  readonly positionMs: number;
  readonly atMs: number;
  endMs: number | undefined;
}

interface Line {
  readonly source: CaptionSource;
  words: WordTiming[];
  next: number;
  /** What has sounded, or sounds, of which words may still be due: output latency and late words put them off. */
  runs: Run[];
  /** Nothing more will sound than what has left for the loudspeaker. */
  isOver: boolean;
}

/** Tells each word at the moment when it is heard. Words may come before, during and after their sound began. */
export class CaptionTrack implements Disposable {
  readonly #clock: Clock;
  readonly #lines = new Map<string, Line>();
  readonly #onDidHearWord = new Emitter<WordHeardEvent>();
  #timer: Disposable | undefined;
  #droppedWords = 0;

  readonly onDidHearWord = this.#onDidHearWord.event;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Words beyond the limits. */
  get droppedWords(): number {
    return this.#droppedWords;
  }

  /** Adds words, whose times count from the start of the utterance. */
  addWords(source: CaptionSource, words: readonly WordTiming[]): void {
    const line = this.#line(source);
    const room = Math.max(0, maxWords - line.words.length);
    this.#droppedWords += Math.max(0, words.length - room);
    for (const word of words.slice(0, room)) insert(line, word);
    this.#run();
  }

  /** An utterance sounds from a position on, or fell silent. */
  noteSounding({ sender, channel, utteranceSequence, isSounding, positionMs, atMs }: SoundingEvent): void {
    const source = { sender, channel, utteranceSequence };
    const line = isSounding ? this.#line(source) : this.#lines.get(keyOf(source));
    if (line === undefined) return;
    endRun(line, positionMs);
    if (isSounding) pushBounded(line.runs, { positionMs, atMs, endMs: undefined }, maxRuns);
    this.#run();
  }

  /**
   * An utterance ended, here at least. What has left for the loudspeaker is still to be heard, and the words in it to be
   * told; words behind the end of the sound will not be heard.
   */
  finish(source: CaptionSource, isComplete: boolean): void {
    const line = this.#lines.get(keyOf(source));
    if (line === undefined) return;
    const last = line.runs.at(-1);
    if (!isComplete && last !== undefined) endRun(line, last.positionMs + this.#clock.nowMs() - last.atMs);
    line.isOver = true;
    this.#run();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#lines.clear();
    this.#onDidHearWord.dispose();
  }

  #line({ sender, channel, utteranceSequence }: CaptionSource): Line {
    const key = keyOf({ sender, channel, utteranceSequence });
    let line = this.#lines.get(key);
    if (line === undefined) {
      if (this.#lines.size >= maxUtterances) this.#lines.delete(this.#lines.keys().next().value!);
      line = { source: { sender, channel, utteranceSequence }, words: [], next: 0, runs: [], isOver: false };
      this.#lines.set(key, line);
    }
    return line;
  }

  #run(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    const nowMs = this.#clock.nowMs();
    let dueMs = Infinity;
    for (const [key, line] of this.#lines) {
      const nextMs = this.#tellDue(line, nowMs);
      if (nextMs === Infinity && line.isOver) this.#lines.delete(key);
      dueMs = Math.min(dueMs, nextMs);
    }
    if (dueMs < Infinity) this.#timer = this.#clock.setTimer(() => this.#run(), Math.max(0, dueMs - nowMs));
  }

  /** Tells the words that are due; returns when the next one is. */
  #tellDue(line: Line, nowMs: number): number {
    for (;;) {
      const word = line.words[line.next];
      const [first] = line.runs;
      if (word === undefined || first === undefined) return Infinity;
      if (word.endMs <= first.positionMs) {
        // The listener came later.
        line.next++;
        continue;
      }
      const atMs = heardAtMs(line, word);
      if (atMs === undefined) return Infinity;
      if (atMs > nowMs + 0.5) return atMs;
      line.next++;
      this.#onDidHearWord.fire({ ...line.source, word, atMs });
    }
  }
}

/** The run that sounds, if one does, ends at a position. */
function endRun({ runs }: Line, endMs: number): void {
  const last = runs.at(-1);
  if (last !== undefined) last.endMs ??= endMs;
}

/** When a word is heard: in the first run that reaches beyond its start; undefined if that is not known yet. */
function heardAtMs({ runs }: Line, { startMs }: WordTiming): number | undefined {
  const run = runs.find(({ endMs }) => endMs === undefined || startMs < endMs);
  return run && run.atMs + startMs - run.positionMs;
}

/** Puts a word into its place by time: packets of words may overtake each other. Words that were told stay told. */
function insert({ words, next }: Line, word: WordTiming): void {
  let at = words.length;
  while (at > next && words[at - 1]!.startMs > word.startMs) at--;
  words.splice(at, 0, word);
}

function keyOf({ sender, channel, utteranceSequence }: CaptionSource): string {
  return `${utteranceSequence}/${channel}/${sender}`;
}
