export { createMarkdownFilter } from './markdown/markdown-filter.js';
export type { MarkdownOptions } from './markdown/markdown-options.js';
export { createPronunciationFilter } from './pronunciations/pronunciation-filter.js';
export type { Pronunciations } from './pronunciations/pronunciations.js';
