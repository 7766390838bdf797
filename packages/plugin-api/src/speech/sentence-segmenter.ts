import { createToken } from '../base/token.js';

/** A part of the text that is synthesised in one go. */
export interface TextSegment {
  /** Counted from 0. */
  readonly index: number;
  /** Never empty, without white space at either end. */
  readonly text: string;
  /** Where `text` begins in the whole input, in UTF-16 code units. */
  readonly startIndex: number;
  /** True if a sentence or paragraph ends here; false for a clause, a cut at the maximum length or a rest. */
  readonly endsSentence: boolean;
  /**
   * False if there is nothing in it that a voice could say: an emoji that came when its sentence was already on
   * its way, or a very long run of punctuation. Handed out so that no text is lost; not to be synthesised.
   */
  readonly isSpeakable: boolean;
}

/** One text that is being cut. It comes in fragments, for example the tokens of a language model. */
export interface TextSegmentation {
  /** Whether {@link flush} would give something. */
  readonly canFlush: boolean;
  /** Takes more text; gives what can be spoken now, in the order of the text. */
  push(fragment: string): readonly TextSegment[];
  /** The text pauses: gives a clause or a sentence that is complete so far. */
  flush(): readonly TextSegment[];
  /** The text is over: gives the rest of it. */
  finish(): readonly TextSegment[];
}

/** What is known of a text before it comes. */
export interface SegmentationOptions {
  /** BCP 47 tag, from the voice that will speak it; absent if unknown. */
  readonly language?: string | undefined;
}

/**
 * Cuts text into the parts that a voice is given, each as early as is safe. Joined together, and white space aside,
 * the segments are the text: each is a piece of it, unchanged. Calls return at once; a call that throws, or gives
 * something that is no piece of the text, is replaced by the built-in segmenter from that place on.
 */
export interface SentenceSegmenter {
  /** Begins the next text. */
  begin(options?: SegmentationOptions): TextSegmentation;
}

/** Cuts the text of utterances. Plugins may replace it: `contributes.services` names `core.sentenceSegmenter`. */
export const SentenceSegmenter = createToken<SentenceSegmenter>('core.sentenceSegmenter', 'session');
