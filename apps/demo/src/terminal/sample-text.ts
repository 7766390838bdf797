/** Lasts about 4.26 s in the default voice: the sentence whose delivery the original report measured lasts that long. */
export const SAMPLE_TEXT = 'This sentence exists before you hear it, so all of it can be sent ahead of time.';
