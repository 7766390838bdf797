import { PingHistory } from '@eloquence/link';
import { IndexSet } from '../buffer/index-set.js';
import type { Utterance } from '../depacketize/utterance.js';

const historySize = 8;

/** The last utterances that ended, remembered to answer a sender that missed the last report. */
export class EndedUtterances {
  readonly #items: Utterance[] = [];

  find(utteranceSequence: number): Utterance | undefined {
    return this.#items.find((item) => item.utteranceSequence === utteranceSequence);
  }

  add(utterance: Utterance): void {
    this.#items.push(utterance);
    if (this.#items.length > historySize) this.#items.shift();
  }

  clear(): void {
    this.#items.length = 0;
  }
}

/** Which of its lives a sender is in, as far as it tells and the room tells: it may be started again under its name. */
export class SenderLife {
  #mayHaveRestarted = false;
  #mayBeAnother = false;
  /** Of what is here, and the newest that it told. */
  #epoch: number | undefined;
  #newestEpoch: number | undefined;

  constructor(epoch: number | undefined) {
    this.#epoch = epoch;
    this.#newestEpoch = epoch;
  }

  /** A participant of its name has joined since what is here was said: it may count its utterances anew. */
  get mayHaveRestarted(): boolean {
    return this.#mayHaveRestarted;
  }

  noteJoined(): void {
    this.#mayHaveRestarted = true;
    this.#mayBeAnother = true;
  }

  /** What was said in a former life is gone. */
  noteRestarted(): void {
    this.#mayHaveRestarted = false;
    this.#mayBeAnother = false;
  }

  /**
   * Call after each change.
   *
   * @param told the epoch that the sender has just told; absent: as before
   * @returns true if what is here was said in a former life: the sender tells of another epoch, and has joined anew
   */
  isAnother(told?: number): boolean {
    this.#newestEpoch = told ?? this.#newestEpoch;
    // It was only away: whatever comes with another epoch later is of another sender of its participant.
    if (told !== undefined && told === this.#epoch) this.#mayBeAnother = false;
    if (this.#newestEpoch === undefined || this.#newestEpoch === this.#epoch) return false;
    // Several senders of one participant have an epoch each.
    if (this.#mayBeAnother) this.#epoch = this.#newestEpoch;
    else this.#epoch ??= this.#newestEpoch;
    return this.#mayBeAnother;
  }
}

/** Utterances whose words are told apart, and words of one utterance, at most. */
const maxUtteranceSequences = 8;
const maxWords = 20_000;

/** Which packets of words have been seen, so that a repeat tells nothing twice. */
export class ReceivedWords {
  readonly #seen = new Map<number, IndexSet>();

  /** True if words of this place are new; a packet and its repeat begin at the same word. */
  accept(utteranceSequence: number, firstWord: number, count: number): boolean {
    if (firstWord + count > maxWords) return false;
    let seen = this.#seen.get(utteranceSequence);
    if (seen === undefined) {
      if (this.#seen.size >= maxUtteranceSequences) this.#seen.delete(this.#seen.keys().next().value!);
      seen = new IndexSet();
      this.#seen.set(utteranceSequence, seen);
    }
    return seen.add(firstWord);
  }
}

/** Pings that come closer together than this are answered by a pong alone, without a report, ms. */
const reportSpacingMs = 200;

/** What the pings of each sender tell; bounded. */
export class PingLog {
  readonly #senders = new Map<string, { readonly history: PingHistory; reportedAtMs: number }>();
  readonly #maxSenders: number;

  constructor(maxSenders: number) {
    this.#maxSenders = maxSenders;
  }

  /** Notes a ping: which of those before it arrived, and whether a report is worth its bytes. */
  note(sender: string, nonce: number, nowMs: number): { history: number; isReportDue: boolean } {
    let entry = this.#senders.get(sender);
    if (entry === undefined) {
      const [oldest] = this.#senders.keys();
      if (this.#senders.size >= this.#maxSenders) this.#senders.delete(oldest!);
      entry = { history: new PingHistory(), reportedAtMs: Number.NEGATIVE_INFINITY };
      this.#senders.set(sender, entry);
    }
    const isReportDue = nowMs - entry.reportedAtMs >= reportSpacingMs;
    if (isReportDue) entry.reportedAtMs = nowMs;
    return { history: entry.history.note(nonce), isReportDue };
  }
}
