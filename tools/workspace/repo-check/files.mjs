import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ rule: string, problems: string[] }} RuleResult */

const MAX_LINES = 500;
const MAX_TEXT_BYTES = 2_000_000;
const LOCK_FILE = 'package-lock.json';

/** Put together here, so that this file does not break its own rules. */
const FORBIDDEN = [
  {
    rule: 'no host name of a registry',
    pattern: new RegExp(
      ['registry', 'npmjs'].join('\\.') +
        '|' +
        ['registry', '[a-z0-9-]+', '(?:com|org|net|io|dev|internal|local)\\b'].join('\\.'),
      'i',
    ),
  },
  {
    rule: 'no absolute path of a machine',
    pattern: new RegExp(
      ['home', 'Users', 'root', 'work'].map((name) => `(?<![\\w.@~-])/${name}/[\\w.-]`).join('|') +
        '|\\b[A-Z]:\\\\\\\\?(?:Users|work)',
      '',
    ),
  },
  {
    rule: 'no mention of folders outside the repository',
    pattern: new RegExp('\\.\\./' + 'shared/|/' + 'tmp/(?:brief|lk)'),
  },
];

/**
 * @param {string} root
 * @param {string[]} files tracked files, relative to the root
 * @returns {RuleResult[]}
 */
export function checkFiles(root, files) {
  const texts = readTexts(root, files);
  return [
    ...FORBIDDEN.map(({ rule, pattern }) => ({ rule, problems: findLines(texts, pattern) })),
    { rule: `at most ${MAX_LINES} lines`, problems: checkLengths(texts) },
    { rule: 'lock file without addresses', problems: checkLockFile(texts.get(LOCK_FILE)) },
    { rule: 'decision records are numbered without gaps', problems: checkRecords(files) },
    { rule: 'links of the documents at the root lead somewhere', problems: checkLinks(files, texts) },
    {
      rule: 'nothing generated is tracked',
      problems: files.filter((path) =>
        /(^|\/)(node_modules|dist|out-tsc|coverage|\.nx|\.cache)\//.test(path),
      ),
    },
  ];
}

/** @param {string} root @param {string[]} files */
function readTexts(root, files) {
  /** @type {Map<string, string>} */
  const texts = new Map();
  for (const path of files) {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (stat === undefined || !stat.isFile() || stat.size > MAX_TEXT_BYTES) continue;
    const content = readFileSync(join(root, path));
    if (!content.subarray(0, 4096).includes(0)) texts.set(path, content.toString('utf8'));
  }
  return texts;
}

/** @param {Map<string, string>} texts @param {RegExp} pattern */
function findLines(texts, pattern) {
  /** @type {string[]} */
  const problems = [];
  for (const [path, text] of texts) {
    if (path === LOCK_FILE || !pattern.test(text)) continue;
    text.split('\n').forEach((line, i) => {
      if (pattern.test(line)) problems.push(`${path}:${i + 1}: ${line.trim().slice(0, 100)}`);
    });
  }
  return problems;
}

/** @param {Map<string, string>} texts */
function checkLengths(texts) {
  return [...texts]
    .filter(([path]) => /\/src\/.*\.tsx?$|^tools\/.*\.mjs$/.test(path))
    .map(([path, text]) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ path, lines }) => `${path} has ${lines}`);
}

/** @param {string | undefined} text */
function checkLockFile(text) {
  if (text === undefined) return ['package-lock.json is not tracked'];
  const count = text.match(/"resolved": "(?:https?|git)/g)?.length ?? 0;
  return count === 0
    ? []
    : [`${count} "resolved" with an address: see omit-lockfile-registry-resolved in .npmrc`];
}

/** @param {string[]} files */
function checkRecords(files) {
  const names = files
    .filter((path) => /^docs\/adr\/[^/]+\.md$/.test(path) && !path.endsWith('README.md'))
    .sort();
  const problems = names
    .filter((path) => !/^docs\/adr\/\d{4}-[a-z0-9-]+\.md$/.test(path))
    .map((path) => `${path} is not NNNN-name.md`);
  const numbers = names
    .map((path) => Number(/\/(\d{4})-/.exec(path)?.[1] ?? Number.NaN))
    .filter((n) => !Number.isNaN(n));
  numbers.forEach((number, i) => {
    if (number !== i + 1)
      problems.push(`expected ${String(i + 1).padStart(4, '0')} where ${String(number).padStart(4, '0')} is`);
  });
  return problems.slice(0, 5);
}

/** @param {string[]} files @param {Map<string, string>} texts */
function checkLinks(files, texts) {
  const folders = new Set(
    files.flatMap((path) => path.split('/').map((_, i, all) => all.slice(0, i).join('/'))),
  );
  const tracked = new Set(files);
  return [...texts]
    .filter(([path]) => /^[^/]+\.md$/.test(path))
    .flatMap(([path, text]) =>
      [...text.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target]) => String(target).replace(/\/$/, ''))
        .filter((target) => !tracked.has(target) && !folders.has(target))
        .map((target) => `${path} links to ${target}, which is not there`),
    );
}
