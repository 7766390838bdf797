export { AbortableWait } from './abortable-wait.js';
export { type SegmentTextOptions, createSentenceSegmenter, segmentText } from './segment-text.js';
export { type CaptionWord, type FilteredSegment, FilteredText } from './filtered-text.js';
export { hasSpeakableText } from './speakable-text.js';
export type { SegmentLimits } from './sentence-splitter.js';
export { type SpeakTextOptions, speakText } from './speak-text.js';
export { WordAligner } from './word-aligner.js';
export { type TextWord, wordsOf } from './words.js';
export { type Markup, findMarkup } from './markup.js';
