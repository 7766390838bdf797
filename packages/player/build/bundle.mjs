import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const packageDir = fileURLToPath(new URL('..', import.meta.url));

/**
 * Bundles one entry into one ESM file without imports.
 *
 * @param {string} entry path in the package's folder
 * @param {{ replaced?: Record<string, string>, external?: string[] }} [options] modules whose code is given, by the
 * end of their path
 * @returns {Promise<string>} the code
 */
async function bundle(entry, { replaced = {}, external = [] } = {}) {
  const output = await build({
    root: packageDir,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@eloquence/source', 'browser', 'import', 'default'] },
    build: {
      write: false,
      minify: true,
      target: 'es2022',
      lib: { entry: join(packageDir, entry), formats: ['es'], fileName: 'bundle' },
      rolldownOptions: { external, output: { codeSplitting: false, minify: true } },
    },
    plugins: [
      {
        name: 'replaced-modules',
        enforce: 'pre',
        load(id) {
          const found = Object.entries(replaced).find(([end]) => id.endsWith(end));
          return found?.[1];
        },
      },
    ],
  });
  const { output: chunks } = Array.isArray(output) ? output[0] : output;
  const [chunk, ...others] = chunks;
  if (chunk.type !== 'chunk' || others.length > 0) throw new Error(`${entry}: more than one file came out`);
  return chunk.code;
}

/** @param {string} name @param {string} code */
const asModule = (name, code) => `export const ${name} = ${JSON.stringify(code)};`;

/**
 * The player as one file, and worker and worklet as files of their own for pages whose policy forbids `blob:`.
 *
 * @param {{ withDecoder?: boolean }} [options] leave the Opus decoder out, to weigh the rest
 * @returns {Promise<Record<string, string>>} code by file name
 */
export async function bundlePlayer({ withDecoder = true } = {}) {
  const external = withDecoder ? [] : ['opus-decoder'];
  const engine = await bundle('src/engine/engine.worker.ts', { external });
  const worklet = await bundle('src/worklet/player.worklet.ts');
  const player = await bundle('src/index.ts', {
    replaced: {
      '/src/host/bundled-sources.ts': `${asModule('engineSource', engine)}\n${asModule('workletSource', worklet)}`,
    },
  });
  return {
    'eloquence-player.js': player,
    'eloquence-engine.js': engine,
    'eloquence-worklet.js': worklet,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, code] of Object.entries(await bundlePlayer())) {
    await writeFile(join(packageDir, 'dist', name), code);
  }
}
