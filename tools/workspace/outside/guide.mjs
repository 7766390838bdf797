import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../lib/workspace.mjs';

/** The plugin that each tutorial is about, as `npm create @eloquence/plugin` is called there. */
export const TUTORIALS = {
  'codec.md': { name: 'mulaw', kind: 'codec' },
  'profile.md': { name: 'fixed-rate', kind: 'profile' },
  'batcher.md': { name: 'two-frames', kind: 'batcher' },
  'monitor.md': { name: 'diary', kind: 'monitor' },
  'tts-engine.md': { name: 'hum', kind: 'ttsEngine' },
  'text-filter.md': { name: 'about', kind: 'textFilter' },
  'transport.md': { name: 'message-port', kind: 'transport' },
  'policy.md': { name: 'careful', kind: 'policy' },
  'rule.md': { name: 'metered', kind: 'rule' },
  'forecaster.md': { name: 'smooth', kind: 'forecaster' },
  'service.md': { name: 'lines', kind: 'service' },
};

const FOLDER = join(ROOT, 'docs/plugins');
/** A fenced block of TypeScript; its first line names the file that it is. */
const BLOCK = /^```ts\n(?:\/\/ (\S+)\n)?([^]*?)^```$/gm;

/** @typedef {{ document: string, line: number, path: string, code: string }} GuideBlock */

/** @returns {GuideBlock[]} every block of TypeScript in the guide */
export function readGuide() {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .flatMap((document) => readBlocks(document, readFileSync(join(FOLDER, document), 'utf8')));
}

/**
 * @param {string} document
 * @param {string} text
 * @returns {GuideBlock[]}
 */
export function readBlocks(document, text) {
  return [...text.matchAll(BLOCK)].map(({ 1: path, 2: code, index }) => {
    const line = text.slice(0, index).split('\n').length;
    if (path === undefined)
      throw new Error(`The code in docs/plugins/${document}:${line} does not name its file.`);
    return { document, line, path, code: /** @type {string} */ (code) };
  });
}

/**
 * Puts into the tutorials what the generator writes now.
 *
 * @param {{ isUpdate: boolean }} options without `isUpdate`, nothing is written
 * @returns {Promise<string[]>} tutorials that differ
 */
export async function syncTutorials({ isUpdate }) {
  const url = pathToFileURL(join(ROOT, 'packages/create-plugin/dist/index.js')).href;
  const { renderPlugin } = await import(url);
  return Object.entries(TUTORIALS).flatMap(([document, plugin]) => {
    /** @type {ReadonlyMap<string, string>} */
    const files = renderPlugin({ ...plugin, year: 2026 }).files;
    const path = join(FOLDER, document);
    const text = readFileSync(path, 'utf8');
    const synced = text.replaceAll(BLOCK, (block, /** @type {string | undefined} */ file) =>
      file?.startsWith('src/') ? `\`\`\`ts\n// ${file}\n${files.get(file) ?? ''}\`\`\`` : block,
    );
    if (synced === text) return [];
    if (isUpdate) writeFileSync(path, synced);
    return [`docs/plugins/${document}`];
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  for (const path of await syncTutorials({ isUpdate: true })) process.stdout.write(`${path} written\n`);
