export { AbortableWait } from './abortable-wait.js';
export { type SegmentTextOptions, segmentText } from './segment-text.js';
export { hasSpeakableText } from './speakable-text.js';
export type { SegmentLimits, TextSegment } from './text-segment.js';
