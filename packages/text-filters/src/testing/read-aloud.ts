import type { TextFilter, TextPiece } from '@eloquence/plugin-api';
import { FilteredText } from '@eloquence/text';

/** What a filter makes of fragments. */
export function piecesOf(filter: TextFilter, fragments: readonly string[], language?: string): TextPiece[] {
  const filtering = filter.begin({ language })!;
  return [...fragments.flatMap((fragment) => [...filtering.push(fragment)]), ...filtering.finish()];
}

/** What is spoken of a text; ¶ stands where a block ends. The same is asked of the text cut into every character. */
export function readAloud(filter: TextFilter, text: string, language?: string): string {
  const whole = spoken(filter, [text], language);
  const byUnits = spoken(filter, text.split(''), language);
  if (byUnits !== whole) throw new Error(`whole: ${whole}\nby units: ${byUnits}`);
  return whole;
}

export function spoken(filter: TextFilter, fragments: readonly string[], language?: string): string {
  const filtered = new FilteredText([filter.begin({ language })!]);
  const out = fragments.map((fragment) => filtered.push(fragment)).join('') + filtered.finish();
  return out.trim().replace(/\s*\n\s*\n\s*/g, ' ¶ ');
}
