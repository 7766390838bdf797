import { type Clock, type Disposable, Emitter, type WordTiming } from '@eloquence/plugin-api';
import type { SoundingEvent } from '../engine/engine-protocol.js';

/** Utterances whose words are kept, and words of one utterance, at most. */
const maxUtterances = 64;
const maxWords = 20_000;

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

interface Line {
  readonly source: CaptionSource;
  words: WordTiming[];
  next: number;
  /** Sounding: the position at a time; `undefined` while silent. */
  anchor: { readonly positionMs: number; readonly atMs: number } | undefined;
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
    const line = this.#line({ sender, channel, utteranceSequence });
    line.anchor = isSounding ? { positionMs, atMs } : undefined;
    this.#run();
  }

  /** An utterance ended: words that have not been heard will not be. */
  finish(source: CaptionSource): void {
    this.#lines.delete(keyOf(source));
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
      line = { source: { sender, channel, utteranceSequence }, words: [], next: 0, anchor: undefined };
      this.#lines.set(key, line);
    }
    return line;
  }

  #run(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    const nowMs = this.#clock.nowMs();
    let dueMs = Infinity;
    for (const line of this.#lines.values()) dueMs = Math.min(dueMs, this.#tellDue(line, nowMs));
    if (dueMs < Infinity) this.#timer = this.#clock.setTimer(() => this.#run(), Math.max(0, dueMs - nowMs));
  }

  /** Tells the words that are due; returns when the next one is. */
  #tellDue(line: Line, nowMs: number): number {
    for (;;) {
      const word = line.words[line.next];
      if (word === undefined || line.anchor === undefined) return Infinity;
      const atMs = line.anchor.atMs + word.startMs - line.anchor.positionMs;
      if (atMs > nowMs + 0.5) return atMs;
      line.next++;
      this.#onDidHearWord.fire({ ...line.source, word, atMs });
    }
  }
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
