import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PluginDescriptor, PluginManifest } from '@eloquence/plugin-api';
import ts from 'typescript';

/** A plugin on disk with an installation of the contracts of its own. */
export interface SecondCopy {
  readonly plugin: PluginDescriptor;
  dispose(): Promise<void>;
}

const pluginCode = `import { EloquenceError, definePlugin } from '@eloquence/plugin-api';
export default definePlugin({ activate({ codecs }) {
  codecs.register('second-copy', {
    frameDurationsMs: [20], sampleRatesHz: [24000],
    createEncoder: () => ({
      encode() { throw new EloquenceError('CODEC_FAILED', 'from the second copy'); },
      configure() {}, dispose() {},
    }),
    createDecoder: () => ({ decode: (payload) => new Int16Array(payload.length), dispose() {} }),
  });
} });`;

/** Compiles the contracts once more into a folder of their own, and a codec plugin beside them that uses them. */
export async function createSecondCopy(): Promise<SecondCopy> {
  const root = await mkdtemp(path.join(tmpdir(), 'eloquence-second-copy-'));
  const contracts = path.join(root, 'node_modules/@eloquence/plugin-api');
  const source = path.resolve(import.meta.dirname, '../../../plugin-api/src');
  for (const name of await readdir(source, { recursive: true })) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
    const { outputText } = ts.transpileModule(await readFile(path.join(source, name), 'utf8'), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2022,
        verbatimModuleSyntax: true,
      },
    });
    await write(path.join(contracts, 'dist', name.replace(/\.ts$/, '.js')), outputText);
  }
  await writeJson(path.join(contracts, 'package.json'), {
    name: '@eloquence/plugin-api',
    version: '2.0.9',
    type: 'module',
    exports: './dist/index.js',
  });
  const manifest: PluginManifest = {
    name: 'second-copy',
    version: '1.0.0',
    engines: { eloquence: '^2.0.0' },
    contributes: { codecs: [{ id: 'second-copy' }] },
  };
  const file = path.join(root, 'package.json');
  await writeJson(file, { ...manifest, type: 'module' });
  await write(path.join(root, 'plugin.js'), pluginCode);
  return {
    plugin: {
      manifest,
      file,
      load: () => import(path.join(root, 'plugin.js')) as ReturnType<PluginDescriptor['load']>,
    },
    dispose: () => rm(root, { recursive: true, force: true }),
  };
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

function writeJson(file: string, data: object): Promise<void> {
  return write(file, JSON.stringify(data, null, 2));
}
