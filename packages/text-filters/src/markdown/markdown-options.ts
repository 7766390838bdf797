export interface MarkdownOptions {
  /** What becomes of a block of code: a word in its place (default), nothing, or its text. */
  readonly code?: 'announce' | 'skip' | 'read' | undefined;
  /** What is said in place of a block of code; the word for it in the language of the voice if absent. */
  readonly codeAnnouncement?: string | undefined;
  /** What is read of an address that is no link's target: its host (default), nothing, or all of it. */
  readonly addresses?: 'host' | 'skip' | 'read' | undefined;
}

/** The word for source code, by language. */
const wordsForCode: Readonly<Record<string, string>> = {
  ar: 'كود',
  bg: 'код',
  cs: 'kód',
  da: 'kode',
  el: 'κώδικας',
  es: 'código',
  fi: 'koodi',
  he: 'קוד',
  hi: 'कोड',
  hu: 'kód',
  id: 'kode',
  it: 'codice',
  ja: 'コード',
  ko: '코드',
  nb: 'kode',
  no: 'kode',
  pl: 'kod',
  pt: 'código',
  ro: 'cod',
  ru: 'код',
  sk: 'kód',
  sv: 'kod',
  th: 'โค้ด',
  tr: 'kod',
  uk: 'код',
  vi: 'mã',
  zh: '代码',
};

/** What announces a block of code to a listener of the language; English, German, French and Dutch say “code”. */
export function codeAnnouncementIn(language: string | undefined): string {
  const [base = ''] = (language ?? '').toLowerCase().split(/[-_]/);
  return wordsForCode[base] ?? 'code';
}
