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

export interface SegmentLimits {
  /** Longest segment, UTF-16 code units, 40 or more. */
  readonly maxSegmentChars: number;
  /** From this length on the first segment may end with a clause, so that its speech begins early. */
  readonly firstSegmentMinChars: number;
}
