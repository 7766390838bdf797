import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SentenceSplitter } from './sentence-splitter.js';
import type { TextSegment } from '@eloquence/plugin-api';

const limits = { maxSegmentChars: 300, firstSegmentMinChars: 30 };

function split(fragments: readonly string[], options = limits, language?: string): TextSegment[] {
  const splitter = new SentenceSplitter(options, language);
  return [...fragments.flatMap((fragment) => splitter.push(fragment)), ...splitter.finish()];
}

function texts(...fragments: string[]): string[] {
  return split(fragments).map((segment) => segment.text);
}

function textsIn(language: string, text: string): string[] {
  const splitter = new SentenceSplitter(limits, language);
  const whole = [...splitter.push(text), ...splitter.finish()].map((segment) => segment.text);
  const streaming = new SentenceSplitter(limits, language);
  const pieces = [...[...text].flatMap((character) => streaming.push(character)), ...streaming.finish()];
  expect(pieces.map((segment) => segment.text)).toEqual(whole);
  return whole;
}

describe('the full stops of a language', () => {
  it.each([
    ['de', 'Am 3. Oktober ist frei. Dann nicht.', ['Am 3. Oktober ist frei.', 'Dann nicht.']],
    ['de-AT', 'In der 1. Bundesliga. Platz 5. Danach', ['In der 1. Bundesliga.', 'Platz 5.', 'Danach']],
    ['de', 'Ich nehme die 5. Dann gehen wir.', ['Ich nehme die 5.', 'Dann gehen wir.']],
    [
      'de',
      'z. B. Birnen, z.B. Äpfel, d. h. Obst. So ist es.',
      ['z. B. Birnen, z.B. Äpfel, d. h. Obst.', 'So ist es.'],
    ],
    ['de', '1945 n. Chr. Geburt. Das gehört Dir. Ja', ['1945 n. Chr. Geburt.', 'Das gehört Dir.', 'Ja']],
    ['es', 'El Sr. Ruiz y la Sra. Gil. Adiós.', ['El Sr. Ruiz y la Sra. Gil.', 'Adiós.']],
    ['pt-BR', 'O Dr. Silva e a Dra. Lima. Sim.', ['O Dr. Silva e a Dra. Lima.', 'Sim.']],
    ['it', 'Il dott. Rossi e il Sig. Bianchi. Sì.', ['Il dott. Rossi e il Sig. Bianchi.', 'Sì.']],
    ['it', "L'avv. Bianchi. Ciao.", ["L'avv. Bianchi.", 'Ciao.']],
    ['ru', 'Это ул. Мира и проф. Иванов. Да.', ['Это ул. Мира и проф. Иванов.', 'Да.']],
    [
      'en',
      'At 9 a.m. Monday. At 9 a.m. Then she left.',
      ['At 9 a.m. Monday.', 'At 9 a.m.', 'Then she left.'],
    ],
    [
      'en',
      'At 5 p.m. EST. On Jan. 5 he came. See Adm. Cole. OK. Up. Go.',
      ['At 5 p.m. EST.', 'On Jan. 5 he came.', 'See Adm. Cole.', 'OK.', 'Up.', 'Go.'],
    ],
    ['nl', 'Dhr. Jansen en mevr. Bos, bijv. Piet. Ja.', ['Dhr. Jansen en mevr. Bos, bijv. Piet.', 'Ja.']],
    [
      'pl',
      'Prof. Nowak i dr. Lis, np. Ewa. Tak. Mam 5. Potem',
      ['Prof. Nowak i dr. Lis, np. Ewa.', 'Tak.', 'Mam 5.', 'Potem'],
    ],
    ['da', 'Hr. Holm og fx. dr. Lund. Ja, den 3. Maj.', ['Hr. Holm og fx. dr. Lund.', 'Ja, den 3. Maj.']],
    ['fi', 'Esim. Turku, tri 3. huhtikuuta. Niin.', ['Esim. Turku, tri 3. huhtikuuta.', 'Niin.']],
    [
      'cs',
      'Např. Praha, p. Novák a MUDr. Malá a č. 5. Ano.',
      ['Např. Praha, p. Novák a MUDr. Malá a č. 5.', 'Ano.'],
    ],
    ['cs', 'Dne 3. Května. Šel domů. Atd. Konec', ['Dne 3. Května.', 'Šel domů.', 'Atd.', 'Konec']],
    ['hu', 'Dr. Nagy, ifj. Kovács és pl. Szeged. Igen.', ['Dr. Nagy, ifj. Kovács és pl. Szeged.', 'Igen.']],
    ['hu', 'Ez a te dolgod. A ti. Jó.', ['Ez a te dolgod.', 'A ti.', 'Jó.']],
    ['sv', 'Hr. Berg, t.ex. Lund och dvs. Malmö. Ja.', ['Hr. Berg, t.ex. Lund och dvs. Malmö.', 'Ja.']],
    ['sv', 'Den är min. Köp 10 st. Sedan', ['Den är min.', 'Köp 10 st.', 'Sedan']],
    ['no', 'Bl.a. Oslo, jf. Hansen og nr. 5. Ja.', ['Bl.a. Oslo, jf. Hansen og nr. 5.', 'Ja.']],
    ['nb-NO', 'Boka er min. Den 3. Mai.', ['Boka er min.', 'Den 3. Mai.']],
    ['tr', 'Sn. Yılmaz ile Prof. Kaya geldi. Evet.', ['Sn. Yılmaz ile Prof. Kaya geldi.', 'Evet.']],
    ['tr', 'Bekle 5 sn. Sonra 3. Mart. Ava çık. Av', ['Bekle 5 sn.', 'Sonra 3. Mart.', 'Ava çık.', 'Av']],
    ['ro', 'Dl. Pop și str. Mihai, nr. 5. Da.', ['Dl. Pop și str. Mihai, nr. 5.', 'Da.']],
    ['ro', 'Am un com. Bine.', ['Am un com.', 'Bine.']],
    ['el', 'Πού είσαι; Εδώ; Ναι, εδώ\u037E Καλά.', ['Πού είσαι;', 'Εδώ;', 'Ναι, εδώ\u037E', 'Καλά.']],
    ['en', 'One; Two. Three', ['One; Two.', 'Three']],
    ['xx', 'One. Two.', ['One.', 'Two.']],
  ])('in %s divide %j', (language, text, expected) => {
    expect(textsIn(language, text)).toEqual(expected);
  });

  it.each([
    ['မင်္ဂလာပါ။ နေကောင်းလား။', ['မင်္ဂလာပါ။', 'နေကောင်းလား။']],
    ['ሰላም ነው። እንዴት ነህ፧ ደህና።', ['ሰላም ነው።', 'እንዴት ነህ፧', 'ደህና።']],
    ['សួស្តី។ អរគុណ។', ['សួស្តី។', 'អរគុណ។']],
    ['Բարև։ Այո։', ['Բարև։', 'Այո։']],
    [
      'One. OK. Adm. Cole came on Jan. 5. At 9 a.m. Monday',
      ['One.', 'OK.', 'Adm. Cole came on Jan. 5.', 'At 9 a.m. Monday'],
    ],
  ])('are those of the script in %j, also when the language is unknown', (text, expected) => {
    expect(texts(text)).toEqual(expected);
  });

  it('are those of Unicode', () => {
    const segmenter = new Intl.Segmenter('und', { granularity: 'sentence' });
    for (const mark of '።፧፨။។៕꘎꣎꧈꩝꫰꯫᪨᭚᰻᱾᠃᠉᙮꓿꛳꤯') {
      const isEnder = [...segmenter.segment(`字${mark}字`)].length === 2;
      expect([mark, textsIn('', `字${mark}字`).length === 2]).toEqual([
        mark,
        isEnder || mark === '៕' || mark === '។',
      ]);
    }
  });

  it('are spaces in Thai, where a clause may end', () => {
    const clause = 'วันนี้อากาศดีมากและฉันมีความสุขมาก';
    const [first, ...rest] = texts(`${clause} ${clause} ${clause}`);
    expect(first).toBe(clause);
    expect(rest).toEqual([`${clause} ${clause}`]);
  });
});

describe('SentenceSplitter', () => {
  it.each<[string, string[]]>([
    ['a', ['a']],
    ['Hello there. How are you? Fine! Good', ['Hello there.', 'How are you?', 'Fine!', 'Good']],
    [
      'Mr. Smith met Dr. Jones at 3.14 p.m. in the U.S. Army.',
      ['Mr. Smith met Dr. Jones at 3.14 p.m. in the U.S. Army.'],
    ],
    ['J. K. Rowling, e.g. Harry. Then', ['J. K. Rowling, e.g. Harry.', 'Then']],
    ['See No. 5 and p. 12. No. Never.', ['See No. 5 and p. 12.', 'No.', 'Never.']],
    ['Mötet är kl. 5 på fredag. Kom i tid.', ['Mötet är kl. 5 på fredag.', 'Kom i tid.']],
    ['He left in 2024. Then she came.', ['He left in 2024.', 'Then she came.']],
    ['Apples, pears, etc. Then more.', ['Apples, pears, etc.', 'Then more.']],
    ['1. First item\n2. Second item', ['1. First item', '2. Second item']],
    ['M. Dupont et Mme Durand sont là. Oui.', ['M. Dupont et Mme Durand sont là.', 'Oui.']],
    ['« Bonjour ! » Il part. « Où ? »', ['« Bonjour ! »', 'Il part.', '« Où ? »']],
    ['« Bonjour ! » dit-il. Fin', ['« Bonjour ! » dit-il.', 'Fin']],
    ['Vraiment ?! Oui… et non. Si', ['Vraiment ?!', 'Oui… et non.', 'Si']],
    ['"What?" he said. "Nothing." She left.', ['"What?" he said.', '"Nothing."', 'She left.']],
    ['你好。世界！很好', ['你好。', '世界！', '很好']],
    ['「行こう。」彼は言った。', ['「行こう。」', '彼は言った。']],
    ['Title\n\nsmall start of it', ['Title', 'small start of it']],
    ['a wrapped\nline goes on', ['a wrapped\nline goes on']],
    ['First line\nSecond line\r\nThird', ['First line', 'Second line', 'Third']],
    ['List:\n- one\n- two', ['List:', '- one', '- two']],
    ['Great! 🎉🎉 Next one. 👩‍👩‍👧', ['Great! 🎉🎉', 'Next one. 👩‍👩‍👧']],
    ['... 😀 — well', ['... 😀 — well']],
    ['Visit example.com or a.b@c.de, please. Bye', ['Visit example.com or a.b@c.de,', 'please.', 'Bye']],
    ['हाँ। नहीं।', ['हाँ।', 'नहीं।']],
    ['هل أنت؟ نعم.', ['هل أنت؟', 'نعم.']],
  ])('cuts %j', (text, expected) => {
    expect(texts(text)).toEqual(expected);
  });

  it('ends the first segment early at a clause, and only the first', () => {
    expect(
      texts('Well, I would have said it much earlier, but now it is late, very late, I fear. Bye, all, now.'),
    ).toEqual([
      'Well, I would have said it much earlier,',
      'but now it is late, very late, I fear.',
      'Bye, all, now.',
    ]);
    expect(texts('It costs 1,250,000.50 euros at 10:30 in the town, they say.')[0]).toBe(
      'It costs 1,250,000.50 euros at 10:30 in the town,',
    );
  });

  it('gives a sentence out as soon as the next one begins', () => {
    const splitter = new SentenceSplitter(limits);
    const out = ['Hello', ' there', '.', ' ', 'I', ' am'].map((token) => splitter.push(token).length);
    expect(out).toEqual([0, 0, 0, 0, 1, 0]);
  });

  it('numbers the segments and says where they are and how they end', () => {
    expect(split(['  One.\n\n Two, and '])).toEqual([
      { index: 0, text: 'One.', startIndex: 2, endsSentence: true, isSpeakable: true },
      { index: 1, text: 'Two, and', startIndex: 9, endsSentence: false, isSpeakable: true },
    ]);
  });

  it('cuts what has no end: at a clause, a space, or between characters', () => {
    const words = split(['word '.repeat(400)]);
    expect(words.every((segment) => segment.text.length <= 300 && /^(word ?)+$/.test(segment.text))).toBe(
      true,
    );
    const clauses = split(['A start of it all. ', `Word ${'word '.repeat(40)}end, ${'word '.repeat(100)}`]);
    expect(clauses[1]!.text.endsWith('end,')).toBe(true);
    for (const unit of ['a', '😀', '👩‍👩‍👧', 'e\u0301\u0302', '字']) {
      const pieces = split([unit.repeat(1000)]);
      expect(pieces.map((segment) => segment.text).join('')).toBe(unit.repeat(1000));
      expect(pieces.every((segment) => segment.text.length <= 300 && !/\p{Cs}/u.test(segment.text))).toBe(
        true,
      );
      expect(pieces.length).toBeGreaterThan(1);
    }
  });

  it('marks what cannot be said', () => {
    const pieces = split(['Hi. ', '🎉'.repeat(1000), ' Bye.']);
    expect(
      pieces.filter((segment) => segment.isSpeakable).map((segment) => segment.text.replace(/🎉|\s/gu, '')),
    ).toEqual(['Hi.', 'Bye.']);
    expect(pieces.length).toBeGreaterThan(4);
  });

  it('flushes a finished clause or sentence, but no abbreviation, number or unfinished word', () => {
    const flushed = (text: string): string[] => {
      const splitter = new SentenceSplitter(limits);
      const before = splitter.push(text);
      expect(before).toEqual([]);
      const canFlush = splitter.canFlush;
      const out = splitter.flush();
      expect(out.length > 0).toBe(canFlush);
      return out.map((segment) => `${segment.text}|${segment.endsSentence}`);
    };
    expect(flushed('Hello there.')).toEqual(['Hello there.|true']);
    expect(flushed('Hello there, ')).toEqual(['Hello there,|false']);
    expect(flushed('« Ça va ? »')).toEqual(['« Ça va ? »|true']);
    expect(flushed('I called Dr.')).toEqual([]);
    expect(flushed('It costs 3.')).toEqual([]);
    expect(flushed('It costs 3. ')).toEqual(['It costs 3.|true']);
    expect(flushed('Hello there')).toEqual([]);
    expect(flushed('Hello there. “')).toEqual([]);
    expect(flushed('...')).toEqual([]);
    expect(flushed('')).toEqual([]);
  });

  const parts = fc.constantFrom(
    'Hello',
    'world',
    'M.',
    'Dr.',
    'U.S.',
    'e.g.',
    '3.14',
    '12.',
    'p.',
    ' ',
    '  ',
    '\n',
    '\n\n',
    '\r\n',
    '\u00A0',
    '.',
    '…',
    '...',
    '!',
    '?',
    ',',
    ';',
    ':',
    '。',
    '，',
    '」',
    '« ',
    ' »',
    '"',
    "'",
    ')',
    '(',
    '—',
    '- ',
    '😀',
    '👩‍👩‍👧',
    '1️⃣',
    '\ud83d',
    '\ude00',
    '\u200d',
    'é',
    'e\u0301',
    '字',
    ' z. B. ',
    'a.m. ',
    'Monday',
    ' 3. ',
    'Oktober',
    'der',
    'ไทย',
    '။',
    'a',
    'Z',
    '9',
  );
  const anyText = fc.oneof(
    fc.array(parts, { maxLength: 250 }).map((list) => list.join('')),
    fc
      .array(fc.tuple(parts, fc.nat(250)), { maxLength: 12 })
      .map((list) => list.map(([part, count]) => part.repeat(count)).join('')),
    fc.string({ unit: 'binary', maxLength: 600 }),
  );
  const options = fc.record({
    maxSegmentChars: fc.integer({ min: 40, max: 300 }),
    firstSegmentMinChars: fc.nat(60),
  });

  it('loses nothing and keeps its limits, whatever the text', () => {
    fc.assert(
      fc.property(anyText, options, (text, chosen) => {
        const segments = split([text], chosen);
        const squeeze = (value: string) => value.replace(/\s/g, '');
        expect(squeeze(segments.map((segment) => segment.text).join(''))).toBe(squeeze(text));
        segments.forEach((segment, index) => {
          expect(segment.index).toBe(index);
          expect(segment.text).not.toBe('');
          expect(segment.text).toBe(segment.text.trim());
          expect(segment.text.length).toBeLessThanOrEqual(chosen.maxSegmentChars);
          expect(text.startsWith(segment.text, segment.startIndex)).toBe(true);
        });
      }),
      { numRuns: 400 },
    );
  });

  it('cuts the same however the text comes', () => {
    fc.assert(
      fc.property(
        anyText,
        options,
        fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 50 }),
        (text, chosen, sizes) => {
          const fragments: string[] = [];
          for (let at = 0, turn = 0; at < text.length; turn++) {
            const size = turn < text.length ? sizes[turn % sizes.length]! : 7;
            fragments.push(text.slice(at, at + size));
            at += size;
          }
          expect(split(fragments, chosen)).toEqual(split([text], chosen));
          expect(split(fragments, chosen, 'de')).toEqual(split([text], chosen, 'de'));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('takes time in proportion to the text', () => {
    const count = (text: string) => split([...text.slice(0, 100_000)]).length;
    expect(count('A sentence of some words, and more. '.repeat(3000))).toBeGreaterThan(2500);
    expect(count('.'.repeat(100_000))).toBeGreaterThan(300);
    expect(count('a'.repeat(100_000))).toBeGreaterThan(300);
    expect(count(' '.repeat(99_999) + 'a')).toBe(1);
  }, 15_000);
});
