import type { TextFilter } from '@eloquence/plugin-api';
import { MarkdownFiltering } from './markdown-filtering.js';
import { type MarkdownOptions, codeAnnouncementIn } from './markdown-options.js';

/**
 * Reads Markdown as a person would read it aloud: no marks, links by their text, headings and items of lists as
 * sentences, tables cell by cell. Applies to texts that come as a stream.
 */
export function createMarkdownFilter(options: MarkdownOptions = {}): TextFilter {
  return {
    stage: 'markup',
    appliesTo: 'streams',
    begin: ({ language }) =>
      new MarkdownFiltering(options, options.codeAnnouncement ?? codeAnnouncementIn(language)),
  };
}
