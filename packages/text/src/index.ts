export { AbortableWait } from './abortable-wait.js';
export { type SegmentTextOptions, createSentenceSegmenter, segmentText } from './segment-text.js';
export { hasSpeakableText } from './speakable-text.js';
export type { SegmentLimits } from './sentence-splitter.js';
