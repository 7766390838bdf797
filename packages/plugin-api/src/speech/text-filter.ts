/** A stretch of speakable text, and the stretch of the given text that it stands for. */
export interface TextPiece {
  /** What is to be spoken; may be empty. */
  readonly text: string;
  /** Where the given text begins that it stands for, UTF-16 code units from the start of the text. */
  readonly start: number;
  /** Index behind it. Equal to `start` for what is said although nothing of the given text says it. */
  readonly end: number;
}

/** One text that is being filtered. It comes in fragments, cut anywhere: within a word, a mark or a character. */
export interface TextFiltering {
  /** Takes more text; gives what is certain by now. */
  push(fragment: string): readonly TextPiece[];
  /** The text is over: gives the rest of it. */
  finish(): readonly TextPiece[];
}

/** What is known of a text before it comes. */
export interface TextFilterOptions {
  /** BCP 47 tag, from the voice that will speak the text; absent if unknown. */
  readonly language?: string | undefined;
}

/**
 * Turns text as it is written into text as it is spoken; contributed at `textFilters`.
 *
 * The pieces follow one another in the order of the given text and do not overlap. What no piece covers is not spoken.
 * A piece that equals the text it stands for is passed on unchanged, character by character; captions show the given
 * text in place of any other. The pieces are the same however the text was cut into fragments. Calls return at
 * once; one that throws or gives something else lets the rest of the text pass unfiltered.
 */
export interface TextFilter {
  /** `markup` filters are given the text as it came; `words` filters, what those have made of it. */
  readonly stage: 'markup' | 'words';
  /**
   * Which texts are filtered where the application names no filters: `streams` are texts that come in fragments, such
   * as the tokens of a language model. A filter on `request` is used only where it is named.
   */
  readonly appliesTo: 'all' | 'streams' | 'request';
  /** Begins the next text; `undefined` if there is nothing to filter in it. */
  begin(options: TextFilterOptions): TextFiltering | undefined;
}
